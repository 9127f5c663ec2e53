import type { Disk } from '../base/index.ts';
import { underWay, workTreeAbove } from '../git/index.ts';
import { FolderError } from './error.ts';

/** What git is asked about the home; a repository of the `git` room answers it. */
export interface GitView {
  /** Paths with unmerged entries in the index. */
  unmerged(): Promise<readonly string[]>;
  /** Paths git ignores; folders end with `/`. They are not taken into the log. */
  ignored(): Promise<readonly string[]>;
}

/**
 * Throws `folder/merge-under-way` (busy) while git is in the middle of something: the files are
 * then neither one side nor the other, and must not be taken for anybody's words. Starts no process.
 */
export function refuseDuringMerge(root: string, disk: Disk): void {
  const tree = workTreeAbove(root, disk);
  const what = tree === undefined ? 'none' : underWay(tree, disk);
  if (what === 'none') return;
  const how = what === 'merge' ? '`git commit`' : `\`git ${what} --continue\``;
  throw busy(
    `git is in the middle of a ${what}`,
    `finish it with ${how} or \`git ${what} --abort\``,
  );
}

/** The same for paths that git holds as unmerged, which it is asked for. */
export async function refuseUnmerged(git: GitView | undefined): Promise<void> {
  const paths = (await git?.unmerged()) ?? [];
  if (paths.length === 0) return;
  const more = paths.length > 1 ? ` and ${paths.length - 1} more` : '';
  const hint = 'resolve the file, `git add` it and commit';
  throw busy(`git holds ${paths[0]}${more} as unmerged`, hint, paths);
}

const busy = (message: string, hint: string, paths: readonly string[] = []): FolderError =>
  new FolderError({
    code: 'folder/merge-under-way',
    message,
    hint: `${hint}, then run the command again`,
    kind: 'busy',
    data: { paths },
  });
