import type { Disk } from '../base/index.ts';
import { type UnderWay, underWay, workTreeAbove } from '../git/index.ts';
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
 * then neither one side nor the other, and must not be taken for anybody's words.
 */
export async function refuseDuringMerge(
  root: string,
  { disk, git }: { readonly disk: Disk; readonly git: GitView | undefined },
): Promise<void> {
  const tree = workTreeAbove(root, disk);
  if (tree === undefined) return;
  const what = underWay(tree, disk);
  const paths = (await git?.unmerged()) ?? [];
  if (paths.length > 0) throw unmerged(paths, what);
  if (what === 'none') return;
  const how = what === 'merge' ? '`git commit`' : `\`git ${what} --continue\``;
  throw busy(
    `git is in the middle of a ${what}`,
    `finish it with ${how} or \`git ${what} --abort\``,
  );
}

function unmerged(paths: readonly string[], what: UnderWay): FolderError {
  const more = paths.length > 1 ? ` and ${paths.length - 1} more` : '';
  const during = what === 'none' ? '' : ` in a ${what}`;
  const hint = 'resolve the file, then `git add` it and finish';
  return busy(`git holds ${paths[0]}${more} as unmerged${during}`, hint, paths);
}

const busy = (message: string, hint: string, paths: readonly string[] = []): FolderError =>
  new FolderError({
    code: 'folder/merge-under-way',
    message,
    hint: `${hint}, then run the command again`,
    kind: 'busy',
    data: { paths },
  });
