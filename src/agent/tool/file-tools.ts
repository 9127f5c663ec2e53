import { join } from 'node:path';
import { type Disk, writeFileAtomic } from '../../base/index.ts';
import type { Folder } from '../../folder/index.ts';
import { z } from '../../spec/index.ts';
import { AgentError } from '../error.ts';
import type { AgentWorld } from '../run-options.ts';
import {
  type AllowedPaths,
  absolutePath,
  mayRead,
  mayWrite,
  type PathOrigin,
  pathRefused,
} from './allowed-paths.ts';
import { defineTool, type Tool } from './tool.ts';

export interface FileToolsOptions {
  readonly world: AgentWorld;
  readonly origin: PathOrigin;
  readonly allowed: AllowedPaths;
  readonly by: string;
  readonly run: string;
}

const READ_BYTES_MAX = 1024 * 1024;

const readInput = z.strictObject({ path: z.string().min(1) });
const listInput = z.strictObject({ path: z.string().min(1) });
const writeInput = z.strictObject({ path: z.string().min(1), text: z.string() });

/** Reading, listing and writing files within the paths of tools.md. */
export function fileTools({ world, origin, allowed, by, run }: FileToolsOptions): readonly Tool[] {
  const { disk, folder, random } = world;
  return [
    defineTool({
      name: 'read_file',
      description: 'The text of a file within the read paths of tools.md.',
      kind: 'read',
      input: readInput,
      run: ({ path }) => {
        const full = absolutePath(path, origin);
        if (!mayRead(full, allowed, disk)) throw pathRefused(path, 'read');
        return readText(full, { path, disk });
      },
    }),
    defineTool({
      name: 'list_files',
      description: 'The names in a folder within the read paths of tools.md.',
      kind: 'read',
      input: listInput,
      run: ({ path }) => {
        const full = absolutePath(path, origin);
        if (!mayRead(full, allowed, disk)) throw pathRefused(path, 'read');
        if (!disk.lstat(full, { throwIfNoEntry: false })?.isDirectory()) throw noFile(path);
        return disk.list(full);
      },
    }),
    defineTool({
      name: 'write_file',
      description:
        'Writes a whole file within the write paths of tools.md. Use atomic_capture for notes.',
      kind: 'write',
      input: writeInput,
      run: async ({ path, text }) => {
        const full = absolutePath(path, origin);
        if (!mayWrite(full, allowed, disk)) throw pathRefused(path, 'write');
        const inside = pathInHome(full, folder);
        if (inside === undefined) writeFileAtomic(full, text, { disk, random });
        else await folder.writeDocument(inside, text, { by, why: { run } });
        return { path, bytes: Buffer.byteLength(text) };
      },
    }),
  ];
}

/** A path as the home has it; `undefined` outside. */
function pathInHome(full: string, { root }: Folder): string | undefined {
  const prefix = join(root, '/');
  return full.startsWith(prefix) ? full.slice(prefix.length).replaceAll('\\', '/') : undefined;
}

function readText(full: string, { path, disk }: { path: string; disk: Disk }): string {
  const found = disk.lstat(full, { throwIfNoEntry: false });
  if (found?.isFile() !== true) throw noFile(path);
  if (found.size > READ_BYTES_MAX) {
    throw new AgentError({
      code: 'agent/file-too-large',
      message: `${path} has ${found.size} bytes; at most ${READ_BYTES_MAX} can be read at once`,
      hint: 'read a smaller file',
      data: { path },
    });
  }
  return disk.readFile(full).toString('utf8');
}

const noFile = (path: string): AgentError =>
  new AgentError({
    code: 'agent/no-file',
    message: `there is no ${path}`,
    hint: 'list the folder to see what there is',
    data: { path },
  });
