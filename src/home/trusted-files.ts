import { join } from 'node:path';
import type { ProgramTrust } from '../agent/index.ts';
import { type Disk, type Sha256, sha256 } from '../base/index.ts';
import { agentFolders } from '../folder/index.ts';
import { machineNotes } from './machine-notes.ts';
import { aboutSchedules, scheduleDocuments } from './schedule-files.ts';
import type { AgentFolder, TrustHost, TrustItem } from './trust-item.ts';
import { acceptCaps, capsItems } from './trusted-caps.ts';

/**
 * All that could run out of this folder and whether this machine has trusted it, by content hash: a
 * changed one asks again. What was trusted stands in the machine's state folder, never in the
 * repository.
 */
export async function trustItems(host: TrustHost): Promise<readonly TrustItem[]> {
  // Loaded when asked for: every command opens a home, and few ask what may run.
  const room = await import('../agent/index.ts');
  const { aboutProgram, isText, openSnapshot, readPrograms } = room;
  const { trustableServers, trustableSettings } = room;
  const { root } = host.folder;
  const { disk } = host.machine;
  const homeFolder = host.machine.env['HOME'] ?? host.machine.env['USERPROFILE'] ?? '/';
  const trustOf = trustIn(host);
  const items = new Map<string, TrustItem>();
  const add = (path: string, hash: Sha256, about: string): void => {
    if (!items.has(path)) items.set(path, { path, hash, trust: trustOf(path, hash), about });
  };
  const found = await agentFolders(await host.log.at());
  const agents = found
    .map(({ name, path }) => ({ name, folder: path }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const seen = new Set<string>();
  for (const folder of ['tools', ...agents.map(toolsOf), ...agents.flatMap(roleToolsOf)]) {
    if (seen.has(folder)) continue;
    seen.add(folder);
    const { programs } = readPrograms(folder, { root, disk });
    for (const program of programs) add(program.path, program.hash, aboutProgram(program));
    const loose = looseFiles(folder, { root, disk, isText });
    for (const file of loose) add(file.path, file.hash, file.about);
  }
  const database = await host.log.at();
  for (const agent of agents) {
    const snapshot = await openSnapshot(host.log, { agent: agent.name, database });
    for (const setting of await trustableSettings(snapshot, { root, disk, homeFolder })) {
      add(setting.path, setting.hash, setting.about);
    }
    for (const server of trustableServers(agent, { root, disk, homeFolder })) {
      add(server.path, server.hash, server.about);
    }
  }
  for (const item of await capsItems(host, agents)) items.set(item.path, item);
  for (const document of await scheduleDocuments(host)) {
    add(document.path, document.hash, aboutSchedules(document));
  }
  return [...items.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Whether this machine trusted a thing of that name with that content. */
export function trustIn(host: TrustHost): (path: string, hash: Sha256) => ProgramTrust {
  const pins = machineNotes('trusted-programs', host);
  return (path, hash) => {
    const pinned = pins.get(path);
    return pinned === hash ? 'trusted' : pinned === undefined ? 'unknown' : 'changed';
  };
}

/** Trusts the items as they are now. */
export async function trustNow(host: TrustHost, items: readonly TrustItem[]): Promise<void> {
  const pins = machineNotes('trusted-programs', host);
  for (const { path, hash, caps } of items) {
    if (caps === undefined) pins.set(path, hash);
    else acceptCaps(host, caps.holder, caps.stated);
  }
}

/** Trusts the items no longer. */
export async function distrustNow(host: TrustHost, items: readonly TrustItem[]): Promise<void> {
  const pins = machineNotes('trusted-programs', host);
  for (const { path } of items) pins.remove(path);
}

const toolsOf = ({ folder }: AgentFolder): string => (folder === '' ? 'tools' : `${folder}/tools`);

/** The tools folder of the role that an agent of a project has. */
function roleToolsOf({ folder }: AgentFolder): readonly string[] {
  const found = /^((?:.*\/)?)projects\/[^/]+\/agents\/([^/]+)$/.exec(folder);
  return found === null ? [] : [`${found[1]}roles/${found[2]}/tools`];
}

interface LooseFile {
  readonly path: string;
  readonly hash: Sha256;
  readonly about: string;
}

/** The files of a tools folder that are no text, in whatever depth. */
function looseFiles(
  folder: string,
  place: {
    readonly root: string;
    readonly disk: Disk;
    readonly isText: (name: string) => boolean;
  },
): readonly LooseFile[] {
  const { root, disk, isText } = place;
  const full = join(root, folder);
  if (disk.lstat(full, { throwIfNoEntry: false })?.isDirectory() !== true) return [];
  return disk.list(full).flatMap((name): readonly LooseFile[] => {
    const path = `${folder}/${name}`;
    const found = disk.lstat(join(root, path));
    if (found.isDirectory()) return looseFiles(path, place);
    if (found.isSymbolicLink()) {
      return [{ path, hash: sha256('a link'), about: 'a link: it is never run' }];
    }
    if (isText(name) || !found.isFile()) return [];
    const hash = sha256(disk.readFile(join(root, path)));
    return [{ path, hash, about: 'no tool: nothing describes it, so it is not run' }];
  });
}
