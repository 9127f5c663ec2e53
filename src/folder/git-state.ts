import { dirname, isAbsolute, join } from 'node:path';
import type { Disk } from '../base/index.ts';
import { FolderError } from './error.ts';

const UNDER_WAY: Readonly<Record<string, readonly [what: string, how: string]>> = {
  MERGE_HEAD: ['a merge', '`git commit` or `git merge --abort`'],
  CHERRY_PICK_HEAD: ['a cherry-pick', '`git cherry-pick --continue` or `--abort`'],
  REVERT_HEAD: ['a revert', '`git revert --continue` or `--abort`'],
  'rebase-merge': ['a rebase', '`git rebase --continue` or `--abort`'],
  'rebase-apply': ['a rebase', '`git rebase --continue` or `--abort`'],
};

/** What git is asked about the home. */
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
  const folder = gitFolder(root, disk);
  if (folder === undefined) return;
  for (const [file, [what, how]] of Object.entries(UNDER_WAY)) {
    if (disk.exists(join(folder, file)))
      throw busy(`git is in the middle of ${what}`, `finish it with ${how}`);
  }
  const paths = (await git?.unmerged()) ?? [];
  if (paths.length === 0) return;
  const more = paths.length > 1 ? ` and ${paths.length - 1} more` : '';
  throw busy(
    `git holds ${paths[0]}${more} as unmerged`,
    'resolve the file, then `git add` it',
    paths,
  );
}

function busy(message: string, hint: string, paths: readonly string[] = []): FolderError {
  return new FolderError({
    code: 'folder/merge-under-way',
    message,
    hint: `${hint}, then run the command again`,
    kind: 'busy',
    data: { paths },
  });
}

/** The repository folder of a working copy, which may be a worktree or lie below the top. */
function gitFolder(root: string, disk: Disk): string | undefined {
  for (let folder = root; ; folder = dirname(folder)) {
    const path = join(folder, '.git');
    const stat = disk.lstat(path, { throwIfNoEntry: false });
    if (stat?.isDirectory()) return path;
    if (stat?.isFile()) {
      const target = /^gitdir: (.+)$/m.exec(disk.readFile(path).toString('utf8'))?.[1]?.trim();
      if (target !== undefined) return isAbsolute(target) ? target : join(folder, target);
    }
    if (folder === dirname(folder)) return undefined;
  }
}
