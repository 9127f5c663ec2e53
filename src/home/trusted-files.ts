import { join } from 'node:path';
import { type Sha256, sha256 } from '../base/index.ts';
import { readChecked, stateRoot, writeChecked } from '../fact/index.ts';
import type { Home } from './home.ts';

/** Why a program of the folder may or may not run on this machine. */
export type FileTrust = 'trusted' | 'changed' | 'unknown';

/** A program of the folder: what could run here, with the hash of what it is now. */
export interface Program {
  /** Relative to the home. */
  readonly path: string;
  readonly hash: Sha256;
  readonly trust: FileTrust;
}

/** Where programs stand: the tools of the workshop and of each agent. */
const TOOL_FOLDERS = /^(?:agents\/[^/]+\/)?tools$/;
const TEXT = /\.(?:md|json|toml|txt)$/;

/**
 * The programs of a home and whether this machine has trusted them, by content hash: a changed one
 * asks again. What was trusted stands in the machine's state folder, never in the repository.
 */
export function programsOf(home: Home): readonly Program[] {
  const { disk } = home.machine;
  const pins = readPins(home);
  const agents = ['', ...agentFolders(home)];
  const folders = agents
    .map((prefix) => `${prefix}tools`)
    .filter((path) => TOOL_FOLDERS.test(path));
  const programs: Program[] = [];
  const walk = (folder: string): void => {
    if (!disk.exists(join(home.root, folder))) return;
    for (const name of disk.list(join(home.root, folder))) {
      const path = `${folder}/${name}`;
      const found = disk.lstat(join(home.root, path));
      if (found.isDirectory()) walk(path);
      else if (!TEXT.test(name) || found.isSymbolicLink())
        programs.push(programAt(home, path, pins));
    }
  };
  for (const folder of folders) walk(folder);
  return programs;
}

function programAt({ root, machine }: Home, path: string, pins: Pins): Program {
  const hash = sha256(machine.disk.readFile(join(root, path)));
  const pinned = pins[path];
  const trust = pinned === hash ? 'trusted' : pinned === undefined ? 'unknown' : 'changed';
  return { path, hash, trust };
}

/** Trusts the programs as they are now. */
export function trustPrograms(home: Home, programs: readonly Program[]): void {
  const pins = { ...readPins(home) };
  for (const { path, hash } of programs) pins[path] = hash;
  const { disk, random } = home.machine;
  disk.makeFolder(join(pinFile(home), '..'));
  writeChecked(pinFile(home), pins, { disk, random });
}

type Pins = Readonly<Record<string, string>>;

function readPins(home: Home): Pins {
  const value = readChecked(pinFile(home), home.machine.disk) ?? {};
  return Object.fromEntries(
    Object.entries(value).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    ),
  );
}

/** Bound to the home and to the place it lies in, so that a copied folder asks again. */
const pinFile = ({ machine, root }: Home): string =>
  join(stateRoot(machine.env), 'programs', sha256(machine.disk.realpath(root)).slice(0, 32));

function agentFolders({ root, machine: { disk } }: Home): readonly string[] {
  const folder = join(root, 'agents');
  const names = disk.exists(folder) ? disk.list(folder) : [];
  return names
    .filter((name) => disk.lstat(join(folder, name)).isDirectory())
    .map((name) => `agents/${name}/`);
}
