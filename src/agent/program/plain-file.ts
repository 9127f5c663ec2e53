import { join } from 'node:path';
import type { Disk } from '../../base/index.ts';
import { AgentError } from '../error.ts';

export const PROGRAM_BYTES_MAX = 16 * 1024 * 1024;

export interface FileWorld {
  /** Of the home, absolute. */
  readonly root: string;
  readonly disk: Disk;
}

/**
 * The bytes of a file of the home that is reached without following any link. Throws
 * `agent/program-refused` for a link, for what is no file and for what is too large.
 */
export function readPlainFile(path: string, { root, disk }: FileWorld): Buffer {
  const parts = path.split('/');
  parts.forEach((_, index) => {
    const part = parts.slice(0, index + 1).join('/');
    const found = disk.lstat(join(root, part), { throwIfNoEntry: false });
    const isLast = index === parts.length - 1;
    if (found === undefined) throw refused(path, `there is no ${part}`);
    if (found.isSymbolicLink()) throw refused(path, `${part} is a link`);
    if (isLast ? !found.isFile() : !found.isDirectory()) throw refused(path, `${part} is no file`);
    if (isLast && found.size > PROGRAM_BYTES_MAX) {
      throw refused(path, `it has more than ${PROGRAM_BYTES_MAX} bytes`);
    }
  });
  return disk.readFile(join(root, path));
}

const refused = (path: string, why: string): AgentError =>
  new AgentError({
    code: 'agent/program-refused',
    kind: 'refused',
    message: `${path} cannot be run: ${why}`,
    hint: 'put a plain file into the tools folder itself',
    data: { path },
  });
