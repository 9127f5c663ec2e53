import { type Operation, perform } from '../effect/index.ts';
import { type GitCommand, type GitResult, gitRead, gitTransfer, gitWrite } from './command.ts';
import { GitError } from './error.ts';

/** A name and an address, as git records them: claimed, not proven. */
export interface Author {
  readonly name: string;
  readonly email: string;
}

/** One commit of a history. */
export interface Commit {
  readonly id: string;
  readonly parents: readonly string[];
  readonly author: Author;
  /** Seconds since 1970, as its author's clock had it. */
  readonly authoredSeconds: number;
  readonly subject: string;
}

/** How a pull ended. */
export type Merge =
  | { readonly kind: 'up-to-date' | 'merged' }
  /** Paths with a conflict that git left in the work tree. */
  | { readonly kind: 'conflict'; readonly paths: readonly string[] };

/** A repository as typed porcelain; every call is an effect. */
export interface Repository {
  readonly root: string;
  init(): Promise<void>;
  /** The commit of HEAD; `undefined` before the first. */
  head(): Promise<string | undefined>;
  branch(): Promise<string | undefined>;
  /** Changed, added and untracked paths, in order. */
  changes(): Promise<readonly string[]>;
  unmerged(): Promise<readonly string[]>;
  /** Untracked paths that git ignores; folders end with `/`. */
  ignored(): Promise<readonly string[]>;
  /**
   * Commits these paths and nothing else; what is staged of others stays staged. Answers the new
   * commit, or `undefined` when the paths hold nothing new.
   */
  commit(paths: readonly string[], options: CommitOptions): Promise<string | undefined>;
  log(options?: { readonly limit?: number; readonly path?: string }): Promise<readonly Commit[]>;
  /** A file as a commit has it; `undefined` when it is not there. */
  show(revision: string, path: string): Promise<string | undefined>;
  remotes(): Promise<readonly string[]>;
  upstream(): Promise<string | undefined>;
  fetch(remote: string, refs?: readonly string[]): Promise<void>;
  merge(revision: string, author: Author): Promise<Merge>;
  abortMerge(): Promise<void>;
  push(remote: string, ref: string): Promise<void>;
  setConfig(key: string, value: string): Promise<void>;
}

export interface CommitOptions {
  readonly message: string;
  readonly author: Author;
}

const UNIT = '\u001f';
const FORMAT = ['%H', '%P', '%an', '%ae', '%at', '%s'].join('%x1f');

/** The repository whose work tree is `root`; nothing is run until a method is called. */
export function openRepository(root: string): Repository {
  const run = (operation: Operation<GitCommand, GitResult>) => {
    return (args: readonly string[], more: Partial<GitCommand> = {}) =>
      perform(operation, { folder: root, args: [...args], ...more });
  };
  const read = run(gitRead);
  const write = run(gitWrite);
  const transfer = run(gitTransfer);
  const headCommit = async (): Promise<string | undefined> =>
    ok(await read(['rev-parse', '--verify', '--quiet', 'HEAD']));
  return {
    root,
    init: async () => {
      need('init', await write(['init', '--quiet', '--initial-branch=main']));
    },
    head: headCommit,
    branch: async () => ok(await read(['symbolic-ref', '--quiet', '--short', 'HEAD'])),
    changes: async () => {
      const status = await read(['status', '--porcelain=v1', '-z', '--untracked-files=all']);
      return changedPaths(need('status', status));
    },
    unmerged: async () => {
      const listed = need('ls-files', await read(['ls-files', '--unmerged', '-z']));
      return [...new Set(zeroed(listed).map((line) => line.slice(line.indexOf('\t') + 1)))];
    },
    ignored: async () => {
      const args = ['ls-files', '--others', '--ignored', '--exclude-standard', '--directory', '-z'];
      return zeroed(need('ls-files', await read(args)));
    },
    commit: async (paths, { message, author }) => {
      if (paths.length === 0) return undefined;
      need('add', await write(['add', '--all', '--', ...paths]));
      const args = ['commit', '--quiet', '--no-verify', '--no-edit', '--only', '-m', message];
      const result = await write([...args, '--', ...paths], { author: { ...author } });
      if (result.exit === 0) return headCommit();
      if (/nothing (?:added )?to commit|no changes added/.test(result.stdout)) return undefined;
      throw refused('commit', result);
    },
    log: async ({ limit = 100, path } = {}) => {
      const where = path === undefined ? [] : ['--', path];
      const result = await read(['log', '-z', `-n${limit}`, `--format=${FORMAT}`, ...where]);
      return result.exit === 0 ? zeroed(result.stdout).map(commitOf) : [];
    },
    show: async (revision, path) => {
      const result = await read(['show', `${revision}:${path}`]);
      return result.exit === 0 ? result.stdout : undefined;
    },
    remotes: async () =>
      need('remote', await read(['remote']))
        .split('\n')
        .filter(Boolean),
    upstream: async () =>
      ok(await read(['rev-parse', '--abbrev-ref', '--symbolic-full-name', '@{upstream}'])),
    fetch: async (remote, refs = []) => {
      need('fetch', await transfer(['fetch', '--quiet', remote, ...refs]));
    },
    merge: async (revision, author) => {
      const args = ['merge', '--quiet', '--no-edit', '--no-verify', revision];
      const before = await headCommit();
      const result = await write(args, { author: { ...author } });
      if (result.exit === 0) {
        return { kind: (await headCommit()) === before ? 'up-to-date' : 'merged' };
      }
      const paths = zeroed((await read(['diff', '--name-only', '--diff-filter=U', '-z'])).stdout);
      if (paths.length === 0) throw refused('merge', result);
      return { kind: 'conflict', paths };
    },
    abortMerge: async () => {
      need('merge', await write(['merge', '--abort']));
    },
    push: async (remote, ref) => {
      need('push', await transfer(['push', '--quiet', '--no-verify', '-u', remote, ref]));
    },
    setConfig: async (key, value) => {
      need('config', await write(['config', key, value]));
    },
  };
}

/** Copies a repository; the folder must not exist or be empty. */
export async function clone(url: string, folder: string, within: string): Promise<Repository> {
  const args = ['clone', '--quiet', '--', url, folder];
  need('clone', await perform(gitTransfer, { folder: within, args }));
  return openRepository(folder);
}

/** The version of the installed git, for example `2.39.5`. */
export async function gitVersion(folder: string): Promise<string> {
  const text = need('--version', await perform(gitRead, { folder, args: ['--version'] }));
  return /\d+\.\d+(?:\.\d+)?/.exec(text)?.[0] ?? text.trim();
}

const ok = ({ exit, stdout }: GitResult): string | undefined =>
  exit === 0 && stdout.trim() !== '' ? stdout.trim() : undefined;

function need(command: string, result: GitResult): string {
  if (result.exit === 0) return result.stdout;
  throw refused(command, result);
}

function refused(command: string, { exit, stdout, stderr }: GitResult): GitError {
  const lines = `${stderr}\n${stdout}`.split('\n').filter((line) => line.trim() !== '');
  const first = lines.find((line) => /^(?:fatal|error): /.test(line)) ?? lines[0] ?? '';
  return new GitError({
    code: 'git/refused',
    message: `git ${command} failed: ${first.replace(/^(?:fatal|error): /, '')}`,
    hint: 'see what git says in the same folder; datum left its own files as they were',
    data: { command, exit, output: lines.slice(0, 20) },
  });
}

const zeroed = (text: string): readonly string[] => text.split('\0').filter((part) => part !== '');

function changedPaths(status: string): readonly string[] {
  const paths: string[] = [];
  const parts = zeroed(status);
  for (let index = 0; index < parts.length; index += 1) {
    const part = parts[index] ?? '';
    paths.push(part.slice(3));
    // A renamed path is followed by the one it had before.
    if (/^[RC]/.test(part)) index += 1;
  }
  return paths.sort();
}

function commitOf(line: string): Commit {
  const [id = '', parents = '', name = '', email = '', seconds = '', ...subject] = line.split(UNIT);
  return {
    id: id.trim(),
    parents: parents.split(' ').filter((parent) => parent !== ''),
    author: { name, email },
    authoredSeconds: Number(seconds),
    subject: subject.join(UNIT),
  };
}
