import { join } from 'node:path';
import { type Json, sha256 } from '../base/index.ts';
import { readChecked, stateRoot, writeChecked } from '../fact/index.ts';
import type { TrustHost } from './trust-item.ts';

/** What this machine holds of one home in its state folder, by name: never in the repository. */
export interface MachineNotes {
  get(name: string): Json | undefined;
  all(): ReadonlyMap<string, Json>;
  set(name: string, value: Json): void;
  remove(name: string): void;
}

const FILE = /^[0-9a-f]{32}$/;

/**
 * Opens the notes of a kind. They are bound to the place the home lies in, so that a copied folder has
 * none. Each is a file of its own, replaced as a whole, so that processes writing at once lose nothing.
 */
export function machineNotes(
  kind: 'trusted-programs' | 'accepted-caps',
  { machine, folder }: Pick<TrustHost, 'machine' | 'folder'>,
): MachineNotes {
  const { disk, env, random } = machine;
  const place = sha256(disk.realpath(folder.root)).slice(0, 32);
  const root = join(stateRoot(env), kind, place);
  const pathOf = (name: string): string => join(root, sha256(name).slice(0, 32));
  const read = (path: string) => {
    const value = readChecked(path, disk);
    return value === undefined ? undefined : { name: String(value['name']), value: value['value'] };
  };
  return {
    get: (name) => read(pathOf(name))?.value,
    all: () => {
      const files = disk.exists(root) ? disk.list(root).filter((file) => FILE.test(file)) : [];
      const found = files.map((file) => read(join(root, file)));
      return new Map(
        found.flatMap((note) =>
          note?.value === undefined ? [] : [[note.name, note.value] as const],
        ),
      );
    },
    set: (name, value) => writeChecked(pathOf(name), { name, value }, { disk, random }),
    remove: (name) => disk.remove(pathOf(name)),
  };
}
