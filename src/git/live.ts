import { spawn } from 'node:child_process';
import { answer, type Call, type Handler, liveHandler } from '../effect/index.ts';
import { type GitCommand, type GitResult, gitRead, gitTransfer, gitWrite } from './command.ts';
import { GitError } from './error.ts';

export interface GitOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Output beyond this is an error. */
  readonly outputBytesMax?: number;
}

/** Settings that a person's own configuration must not change under datum. */
const FIXED = [
  'core.hooksPath=/dev/null',
  'core.autocrlf=false',
  'core.excludesFile=/dev/null',
  'core.attributesFile=/dev/null',
  'core.safecrlf=false',
  'core.fsmonitor=false',
  'core.quotePath=false',
  'core.commentChar=#',
  'commit.gpgSign=false',
  'tag.gpgSign=false',
  'push.gpgSign=false',
  'merge.verifySignatures=false',
  'commit.template=',
  'gc.auto=0',
  'maintenance.auto=false',
  'protocol.ext.allow=never',
  'advice.detachedHead=false',
];

/** What git may see of the environment; no `GIT_DIR` or index of somebody else's command. */
const PASSED = [
  'PATH',
  'HOME',
  'USERPROFILE',
  'SYSTEMROOT',
  'TMPDIR',
  'TEMP',
  'XDG_CONFIG_HOME',
  'GIT_CONFIG_GLOBAL',
  'GIT_CONFIG_NOSYSTEM',
  'GIT_SSH_COMMAND',
  'SSH_AUTH_SOCK',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
  'http_proxy',
  'https_proxy',
  'no_proxy',
];

/** Performs git commands with the installed binary: no hooks, no signing, no prompts, no pager. */
export function liveGit({ env, outputBytesMax = 64 * 1024 * 1024 }: GitOptions): Handler {
  const passed = Object.fromEntries(
    PASSED.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])),
  );
  const run = (command: GitCommand, extra: Readonly<Record<string, string>>, call: Call) =>
    spawnGit(command, { env: { ...passed, ...QUIET, ...extra }, outputBytesMax, call });
  return liveHandler('git', [
    answer(gitRead, (command, call) => run(command, { GIT_OPTIONAL_LOCKS: '0' }, call)),
    answer(gitWrite, (command, call) => run(command, {}, call)),
    answer(gitTransfer, (command, call) => run(command, {}, call)),
  ]);
}

const QUIET = {
  LC_ALL: 'C.UTF-8',
  LANGUAGE: 'C',
  GIT_TERMINAL_PROMPT: '0',
  GIT_ASKPASS: '',
  SSH_ASKPASS: '',
  GIT_EDITOR: 'true',
  GIT_SEQUENCE_EDITOR: 'true',
  GIT_PAGER: 'cat',
};

interface Spawning {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly outputBytesMax: number;
  readonly call: Call;
}

function spawnGit(
  { folder, args, author, input }: GitCommand,
  { env, outputBytesMax, call }: Spawning,
): Promise<GitResult> {
  const settings = [...FIXED, `safe.directory=${folder}`].flatMap((line) => ['-c', line]);
  const { promise, resolve, reject } = Promise.withResolvers<GitResult>();
  const child = spawn('git', ['--literal-pathspecs', ...settings, ...args], {
    cwd: folder,
    env: { ...env, ...identity(author) },
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(call.signal === undefined ? {} : { signal: call.signal }),
  });
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  let size = 0;
  const keep = (parts: Buffer[]) => (part: Buffer) => {
    size += part.length;
    if (size > outputBytesMax) child.kill('SIGKILL');
    else parts.push(part);
  };
  child.stdout.on('data', keep(out));
  child.stderr.on('data', keep(err));
  child.on('error', (cause) => reject(unavailable(cause)));
  child.on('close', (exit) => {
    if (size > outputBytesMax) reject(tooMuch(args));
    const text = (parts: readonly Buffer[]) => Buffer.concat(parts).toString('utf8');
    resolve({ exit: exit ?? 128, stdout: text(out), stderr: text(err) });
  });
  // Git may end before it has read everything; that is its exit code's business.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input ?? '');
  return promise;
}

const identity = (author: GitCommand['author']): Readonly<Record<string, string>> =>
  author === undefined
    ? {}
    : {
        GIT_AUTHOR_NAME: author.name,
        GIT_AUTHOR_EMAIL: author.email,
        GIT_COMMITTER_NAME: author.name,
        GIT_COMMITTER_EMAIL: author.email,
      };

const unavailable = (cause: unknown): GitError =>
  new GitError({
    code: 'git/unavailable',
    message: 'git could not be started',
    hint: 'install git, and make sure the folder exists and may be entered',
    cause,
  });

const tooMuch = (args: readonly string[]): GitError =>
  new GitError({
    code: 'git/too-much-output',
    message: `git ${args[0]} printed more than this program takes in`,
    hint: 'ask for less of the history at a time',
  });
