import { contentBytes, type Operation, perform } from '../effect/index.ts';
import { type GitCommand, type GitResult, gitRead, gitTransfer, gitWrite } from './command.ts';
import { refused } from './failure.ts';

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
  readonly committer: Author;
  readonly committedSeconds: number;
  readonly subject: string;
  /** What follows the subject, without the line between. */
  readonly body: string;
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
  /** Newest first, as git orders them; 100 when no limit is given, of HEAD when no revision is. */
  log(options?: LogOptions): Promise<readonly Commit[]>;
  /** A file as text, as a commit has it; `undefined` when it is not there. */
  show(revision: string, path: string): Promise<string | undefined>;
  /** As `show`, byte for byte. */
  showBytes(revision: string, path: string): Promise<Uint8Array | undefined>;
  remotes(): Promise<readonly string[]>;
  upstream(): Promise<string | undefined>;
  fetch(remote: string, refs?: readonly string[]): Promise<void>;
  /** Merges a revision; a conflict is left in the work tree for a person, or for `abortMerge`. */
  merge(revision: string, author: Author): Promise<Merge>;
  /** Fetches a branch of a remote and merges it. */
  pull(from: { readonly remote: string; readonly branch: string }, author: Author): Promise<Merge>;
  abortMerge(): Promise<void>;
  /** Takes these paths, and what is below them, out of the index and leaves the files. */
  untrack(paths: readonly string[]): Promise<void>;
  /** Throws `git/behind` when the other side has commits that are not here. */
  push(remote: string, ref: string): Promise<void>;
  /** A setting of this repository, or of the person. */
  config(key: string): Promise<string | undefined>;
  setConfig(key: string, value: string): Promise<void>;
}

export interface CommitOptions {
  readonly message: string;
  readonly author: Author;
}

export interface LogOptions {
  readonly limit?: number;
  readonly path?: string;
  /** A commit, branch, or range such as `origin/main..HEAD`. */
  readonly revision?: string;
}

/** With `-z` every field and every commit ends with a null, which none of them can hold. */
const FIELDS = ['%H', '%P', '%an', '%ae', '%at', '%cn', '%ce', '%ct', '%s', '%b'];
const FORMAT = `tformat:${FIELDS.join('%x00')}`;

/** The repository whose work tree is `root`; nothing is run until a method is called. */
export function openRepository(root: string): Repository {
  const run = (operation: Operation<GitCommand, GitResult>) => {
    return (args: readonly string[], more: Partial<GitCommand> = {}) =>
      perform(operation, { folder: root, args: [...args], ...more });
  };
  const commands = { read: run(gitRead), write: run(gitWrite), transfer: run(gitTransfer) };
  return { root, ...looking(commands), ...changing(commands) };
}

type Command = (args: readonly string[], more?: Partial<GitCommand>) => Promise<GitResult>;

interface Commands {
  readonly read: Command;
  readonly write: Command;
  readonly transfer: Command;
}

type Looking =
  | 'head'
  | 'branch'
  | 'changes'
  | 'unmerged'
  | 'ignored'
  | 'log'
  | 'show'
  | 'showBytes'
  | 'remotes'
  | 'upstream'
  | 'config';

const looking = ({ read }: Commands): Pick<Repository, Looking> => ({
  head: () => headOf(read),
  branch: async () => ok(await read(['symbolic-ref', '--quiet', '--short', 'HEAD'])),
  changes: async () => {
    const args = ['status', '--porcelain=v1', '-z', '--no-renames', '--untracked-files=all'];
    return zeroed(need('status', await read(args)))
      .map((line) => line.slice(3))
      .sort();
  },
  unmerged: async () => {
    const listed = need('ls-files', await read(['ls-files', '--unmerged', '-z']));
    return [...new Set(zeroed(listed).map((line) => line.slice(line.indexOf('\t') + 1)))];
  },
  ignored: async () => {
    const args = ['ls-files', '--others', '--ignored', '--exclude-standard', '--directory', '-z'];
    return zeroed(need('ls-files', await read(args)));
  },
  log: async ({ limit = 100, path, revision = 'HEAD' } = {}) => {
    const where = path === undefined ? ['--'] : ['--', path];
    const shape = ['-z', `--max-count=${limit}`, `--format=${FORMAT}`, '--no-show-signature'];
    const result = await read(['log', ...shape, '--end-of-options', revision, ...where]);
    if (
      result.exit !== 0 &&
      /unknown revision|bad revision|does not have any commits/.test(result.stderr)
    ) {
      return [];
    }
    return commitsOf(need('log', result));
  },
  show: async (revision, path) => ok(await read(fileAt(revision, path)), 'whole'),
  showBytes: async (revision, path) => {
    const { exit, stdout } = await read(fileAt(revision, path), { as: 'bytes' });
    return exit === 0 ? contentBytes(stdout) : undefined;
  },
  remotes: async () =>
    need('remote', await read(['remote']))
      .split('\n')
      .filter(Boolean),
  upstream: async () =>
    ok(await read(['rev-parse', '--abbrev-ref', '--symbolic-full-name', '@{upstream}'])),
  config: async (key) => ok(await read(['config', '--get', key])),
});

type Changing =
  | 'init'
  | 'commit'
  | 'fetch'
  | 'merge'
  | 'pull'
  | 'abortMerge'
  | 'untrack'
  | 'push'
  | 'setConfig';

const changing = ({ read, write, transfer }: Commands): Pick<Repository, Changing> => {
  const fetch = async (remote: string, refs: readonly string[] = []): Promise<void> => {
    const args = ['fetch', '--quiet', '--no-auto-gc', '--', remote, ...refs];
    need('fetch', await transfer(args));
  };
  const merge = async (revision: string, author: Author): Promise<Merge> => {
    const before = await headOf(read);
    const args = ['merge', '--quiet', '--no-edit', '--no-verify', '--end-of-options', revision];
    const result = await write(args, { author: { ...author } });
    if (result.exit === 0) {
      return { kind: (await headOf(read)) === before ? 'up-to-date' : 'merged' };
    }
    const unmerged = await read(['diff', '--name-only', '--diff-filter=U', '-z']);
    const paths = zeroed(need('diff', unmerged));
    if (paths.length === 0) throw refused('merge', result);
    return { kind: 'conflict', paths };
  };
  return {
    init: async () => {
      need('init', await write(['init', '--quiet', '--initial-branch=main']));
    },
    commit: async (paths, { message, author }) => {
      if (paths.length === 0) return undefined;
      const from = ['--pathspec-from-file=-', '--pathspec-file-nul'];
      const input = paths.join('\0');
      need('add', await write(['add', '--all', ...from], { input }));
      const flags = ['--quiet', '--no-verify', '--no-edit', '--only', ...from];
      const args = ['commit', ...flags, '--message', message];
      const result = await write(args, { input, author: { ...author } });
      if (result.exit === 0) return headOf(read);
      if (NOTHING_NEW.test(String(result.stdout))) return undefined;
      throw refused('commit', result);
    },
    fetch,
    merge,
    pull: async ({ remote, branch }, author) => {
      await fetch(remote, [branch]);
      return merge('FETCH_HEAD', author);
    },
    abortMerge: async () => {
      need('merge', await write(['merge', '--abort']));
    },
    untrack: async (paths) => {
      const flags = ['--cached', '-r', '--force', '--quiet', '--ignore-unmatch'];
      need('rm', await write(['rm', ...flags, '--', ...paths]));
    },
    push: async (remote, ref) => {
      need('push', await transfer(['push', '--quiet', '--no-verify', '-u', '--', remote, ref]));
    },
    setConfig: async (key, value) => {
      need('config', await write(['config', '--local', '--replace-all', key, value]));
    },
  };
};

const NOTHING_NEW = /nothing (?:added )?to commit|no changes added/;

const headOf = async (read: Command): Promise<string | undefined> =>
  ok(await read(['rev-parse', '--verify', '--quiet', 'HEAD']));

const fileAt = (revision: string, path: string): readonly string[] => [
  'show',
  '--no-textconv',
  '--no-ext-diff',
  '--end-of-options',
  `${revision}:${path}`,
];

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

/** What a command that worked printed: trimmed, or whole; `undefined` when it failed or said nothing. */
function ok(
  { exit, stdout }: GitResult,
  form: 'trimmed' | 'whole' = 'trimmed',
): string | undefined {
  if (exit !== 0) return undefined;
  const text = String(stdout);
  if (form === 'whole') return text;
  return text.trim() === '' ? undefined : text.trim();
}

function need(command: string, result: GitResult): string {
  if (result.exit === 0) return String(result.stdout);
  throw refused(command, result);
}

const zeroed = (text: string): readonly string[] => text.split('\0').filter((part) => part !== '');

function commitsOf(text: string): readonly Commit[] {
  const fields = text.split('\0');
  const commits: Commit[] = [];
  for (let at = 0; at + FIELDS.length <= fields.length; at += FIELDS.length) {
    commits.push(commitOf(fields.slice(at, at + FIELDS.length)));
  }
  return commits;
}

function commitOf(fields: readonly string[]): Commit {
  const [id = '', parents = '', name = '', email = '', at = '', ...rest] = fields;
  const [committer = '', committerEmail = '', committedAt = '', subject = '', body = ''] = rest;
  return {
    id,
    parents: parents.split(' ').filter((parent) => parent !== ''),
    author: { name, email },
    authoredSeconds: Number(at),
    committer: { name: committer, email: committerEmail },
    committedSeconds: Number(committedAt),
    subject,
    body: body.trimEnd(),
  };
}
