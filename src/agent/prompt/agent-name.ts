import { resolve } from 'node:path';
import type { Disk } from '../../base/index.ts';
import type { Database } from '../../fact/index.ts';
import { knownAgents, nameOfFolder } from '../../folder/index.ts';

export interface AgentPlace {
  /** Of the home, absolute. */
  readonly root: string;
  readonly disk: Disk;
}

/**
 * The one name of the agent that is called so: by its name, by another name that its folder has had,
 * or by a path to its folder (with a slash at the end, through a link, in another case where the
 * disk does not tell them apart). What is none of these is answered as it is.
 */
export async function agentNamed(
  called: string,
  { database, ...place }: AgentPlace & { readonly database: Database },
): Promise<string> {
  const known = await knownAgents(database);
  const stated = known.find(({ name }) => name === called);
  const path =
    stated?.path ??
    folderAt(
      called,
      known.map((each) => each.path),
      place,
    );
  return path === undefined ? called : (nameOfFolder(path, known) ?? called);
}

/** The one of these folders of a home that a path leads to. */
function folderAt(
  called: string,
  folders: readonly string[],
  { root, disk }: AgentPlace,
): string | undefined {
  const wanted = placeOf(resolve(root, called), disk);
  if (wanted === undefined) return undefined;
  return folders.find((folder) => placeOf(resolve(root, folder), disk) === wanted);
}

/** What the system knows a folder by, whatever path leads to it. */
function placeOf(path: string, disk: Disk): string | undefined {
  if (path.includes('\0') || !disk.exists(path)) return undefined;
  const found = disk.lstat(disk.realpath(path));
  return found.isDirectory() ? `${found.dev}:${found.ino}` : undefined;
}
