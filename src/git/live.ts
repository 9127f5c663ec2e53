import { type Clock, type Disk, systemClock, systemDisk } from '../base/index.ts';
import {
  answer,
  type Call,
  contentOf,
  type Handler,
  liveHandler,
  locateCommand,
  type ProcessResult,
  runProcess,
  type Timer,
} from '../effect/index.ts';
import { type GitRequest, type GitResult, gitRead, gitTransfer, gitWrite } from './command.ts';
import { GitError } from './error.ts';
import { fixedSettings, passedVariables, quietVariables } from './settings.ts';

export interface GitOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** For the dates of commits. */
  readonly clock?: Clock;
  /** For timeouts; the machine's when absent. */
  readonly timer?: Timer;
  readonly disk?: Disk;
  /** For commands on this machine; two minutes when absent. */
  readonly timeoutMillis?: number;
  /** For clone, fetch and push; ten minutes when absent. */
  readonly transferMillis?: number;
  /** Output beyond this is an error; 64 MiB when absent. */
  readonly outputBytesMax?: number;
}

/** Performs git commands with the installed binary: no hooks, no signing, no prompts, no pager. */
export function liveGit(options: GitOptions): Handler {
  const { env, clock = systemClock, timer = systemClock, disk = systemDisk } = options;
  const { timeoutMillis = 120_000, transferMillis = 600_000 } = options;
  const { outputBytesMax = 64 * 1024 * 1024 } = options;
  const passed = passedVariables.flatMap((name) => {
    const value = env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  let file: string | undefined;

  const run = async (request: GitRequest, call: Call, millis: number): Promise<GitResult> => {
    const { folder, args, input } = request;
    const looks = call.operation.kind === 'read' ? { GIT_OPTIONAL_LOCKS: '0' } : {};
    try {
      // A person who works in a folder may; git compares the real path.
      const own = `safe.directory=${disk.realpath(folder)}`;
      const settings = [...fixedSettings, own].flatMap((line) => ['-c', line]);
      file ??= locateCommand('git', env['PATH'] ?? '', disk);
      const result = await runProcess({
        file,
        args: [...settings, ...args],
        cwd: folder,
        env: {
          ...Object.fromEntries(passed),
          ...quietVariables,
          ...looks,
          ...identity(request, clock),
        },
        ...(input === undefined ? {} : { stdin: Buffer.from(input) }),
        timer,
        timeoutMillis: millis,
        outputBytesMax,
        // A credential helper may leave its cache running, which is what it is for.
        keepChildren: true,
        signal: call.signal,
      });
      return resultOf(request, result, millis);
    } catch (cause) {
      call.signal?.throwIfAborted();
      throw cause instanceof GitError ? cause : unavailable(cause);
    }
  };
  return liveHandler('git', [
    answer(gitRead, (request, call) => run(request, call, timeoutMillis)),
    answer(gitWrite, (request, call) => run(request, call, timeoutMillis)),
    answer(gitTransfer, (request, call) => run(request, call, transferMillis)),
  ]);
}

function resultOf({ args, as }: GitRequest, result: ProcessResult, millis: number): GitResult {
  const { exitCode, stdout, stderr, cut, timedOut } = result;
  if (timedOut) throw tooSlow(args, millis);
  if (cut) throw tooMuch(args);
  const bytes = contentOf(stdout, 'bytes', 'the output');
  return {
    exit: exitCode ?? 128,
    stdout: as === 'bytes' ? bytes : stdout.toString('utf8'),
    stderr: stderr.toString('utf8'),
  };
}

/** The variables that name who commits, and when; git reads whole seconds. */
function identity({ author }: GitRequest, clock: Clock): Readonly<Record<string, string>> {
  if (author === undefined) return {};
  const date = `@${Math.floor(clock.now() / 1_000_000)} +0000`;
  return {
    GIT_AUTHOR_NAME: author.name,
    GIT_AUTHOR_EMAIL: author.email,
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_NAME: author.name,
    GIT_COMMITTER_EMAIL: author.email,
    GIT_COMMITTER_DATE: date,
  };
}

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

const tooSlow = (args: readonly string[], millis: number): GitError =>
  new GitError({
    code: 'git/timeout',
    message: `git ${args[0]} did not end within ${millis / 1000} s`,
    hint: 'check the network and the disk, then try again',
    data: { transient: true },
  });
