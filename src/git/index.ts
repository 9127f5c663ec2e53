/** `git`: the git binary as effects, safe whatever a person's own configuration says. */
export { type GitCommand, type GitResult, gitRead, gitTransfer, gitWrite } from './command.ts';
export { GitError } from './error.ts';
export { liveGit } from './live.ts';
export {
  type Author,
  type Commit,
  type CommitOptions,
  clone,
  gitVersion,
  type Merge,
  openRepository,
  type Repository,
} from './repository.ts';
export type { GitOptions } from './start.ts';
export { gitFolder, type UnderWay, underWay, workTreeAbove } from './work-tree.ts';
