import { join } from 'node:path';
import type { Disk } from '../../base/index.ts';
import { AgentError } from '../error.ts';
import { isInternal, isRule } from '../tool/allowed-paths.ts';

/** What of an agent's paths a program in the sandbox must not see, and what it must not change. */
export interface GuardedFiles {
  /** What git and datum keep. */
  readonly internal: readonly string[];
  /** What holds an agent. */
  readonly rules: readonly string[];
}

/** Looking through so many takes about a second. */
const ENTRIES_MAX = 200_000;

/**
 * Looks for guarded files below these folders, at any depth; links are not followed, for what they
 * lead to is not there in a sandbox. Throws `agent/sandbox-too-large` where there is too much to look
 * through, rather than leave something out.
 */
export function guardedFiles(roots: readonly string[], disk: Disk): GuardedFiles {
  const internal: string[] = [];
  const rules: string[] = [];
  const waiting = roots.filter((root) => disk.lstat(root).isDirectory());
  let left = ENTRIES_MAX;
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    const names = namesIn(folder, disk);
    if (names === undefined) internal.push(folder);
    for (const name of names ?? []) {
      left -= 1;
      if (left < 0) throw tooLarge(roots);
      const path = join(folder, name);
      if (isInternal(name)) internal.push(path);
      else if (isFolder(path, disk)) waiting.push(path);
      else if (isRule(path, disk)) rules.push(path);
    }
  }
  return { internal, rules };
}

const isFolder = (path: string, disk: Disk): boolean =>
  disk.lstat(path, { throwIfNoEntry: false })?.isDirectory() === true;

/** A folder that cannot be listed is hidden whole: what lies in it may still be opened by name. */
function namesIn(folder: string, disk: Disk): readonly string[] | undefined {
  try {
    return disk.list(folder);
  } catch {
    return undefined;
  }
}

const tooLarge = (roots: readonly string[]): AgentError =>
  new AgentError({
    code: 'agent/sandbox-too-large',
    kind: 'refused',
    message: `more than ${ENTRIES_MAX} files and folders lie below the paths of this agent`,
    hint: 'name narrower paths in tools.md: all of them are looked through for what git keeps',
    data: { roots },
  });
