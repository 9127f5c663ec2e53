import { systemDisk } from '../base/index.ts';
import {
  answer,
  type Call,
  contentOf,
  type Handler,
  liveHandler,
  type ProcessResult,
} from '../effect/index.ts';
import { type GitRequest, type GitResult, gitRead, gitTransfer, gitWrite } from './command.ts';
import { GitError } from './error.ts';
import { refused } from './failure.ts';
import { type OwnPrograms, ownPrograms } from './own-settings.ts';
import { comesAlong } from './remote-address.ts';
import { type GitOptions, type Start, starter } from './start.ts';

/**
 * Performs git commands with the installed binary: no hooks, no signing, no prompts, no pager, and
 * no program that the repository's own configuration names. A command that would need one to reach
 * a remote is refused with `git/own-programs`; a remote inside the folder, with `git/remote-inside`.
 */
export function liveGit(options: GitOptions): Handler {
  const { timeoutMillis = 120_000, transferMillis = 600_000, disk = systemDisk } = options;
  const start = starter(options);
  const looked = new Map<string, Promise<OwnPrograms>>();
  const ownOf = async ({ folder, args }: GitRequest, call: Call): Promise<OwnPrograms> => {
    const found = looked.get(folder) ?? lookAt(start, folder, call);
    looked.set(folder, found);
    let isKept = false;
    try {
      const programs = await found;
      // What these write changes what there is to find.
      isKept = !programs.isIncluding && !['config', 'init', 'clone'].includes(args[0] ?? '');
      return programs;
    } finally {
      if (!isKept) looked.delete(folder);
    }
  };
  const run = async (request: GitRequest, call: Call, millis: number): Promise<GitResult> => {
    try {
      const { instead, onTheWay } = await ownOf(request, call);
      if (call.operation === gitTransfer && onTheWay.length > 0) throw needsTrust(onTheWay);
      const settings = [...instead, ...Object.entries(options.settings ?? {})];
      const asked = { call, millis: LOOK_MILLIS, settings };
      const along = (await addressesOf(start, request, asked)).find((address) =>
        comesAlong(address, disk.realpath(request.folder), disk),
      );
      if (along !== undefined) throw remoteAlong(along);
      return resultOf(request, await start(request, { call, millis, settings }), millis);
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

/** What the configuration of the repository in a folder names; git's own word for it, includes and all. */
async function lookAt(start: Start, folder: string, call: Call): Promise<OwnPrograms> {
  const args = ['config', '--list', '--show-scope', '-z'];
  const request: GitRequest = { folder, args, as: 'text' };
  const result = resultOf(
    request,
    await start(request, { call, millis: LOOK_MILLIS }),
    LOOK_MILLIS,
  );
  if (result.exit !== 0) throw refused('config', result);
  return ownPrograms(String(result.stdout));
}

const LOOK_MILLIS = 10_000;

/** Where a fetch or a push would go, by git's own word: a name may stand for another, or for a path. */
async function addressesOf(
  start: Start,
  { folder, args }: GitRequest,
  options: Parameters<Start>[1],
): Promise<readonly string[]> {
  const [command = '', ...rest] = args;
  if (command !== 'fetch' && command !== 'push') return [];
  const remote = rest[rest.indexOf('--') + 1] ?? '';
  const ask = async (asked: readonly string[]): Promise<readonly string[]> => {
    const request: GitRequest = { folder, args: [...asked, '--', remote], as: 'text' };
    const result = resultOf(request, await start(request, options), LOOK_MILLIS);
    if (result.exit !== 0) throw refused(command, result);
    return String(result.stdout).split('\n').filter(Boolean);
  };
  const fetched = await ask(['ls-remote', '--get-url']);
  return command === 'fetch'
    ? fetched
    : [...fetched, ...(await ask(['remote', 'get-url', '--push', '--all']))];
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

const needsTrust = (keys: readonly string[]): GitError =>
  new GitError({
    code: 'git/own-programs',
    kind: 'refused',
    message: `the configuration of this repository says what to run or to trust on the way to a remote: ${keys.join(', ')}`,
    hint: 'if they are yours, put them into your own settings (git config --global), for this folder alone with includeIf; else remove them: git config --local --unset-all <key>',
    data: { keys },
  });

const remoteAlong = (address: string): GitError =>
  new GitError({
    code: 'git/remote-inside',
    kind: 'refused',
    message: `the remote is a repository inside this folder, came with it, and could run its hooks: ${address}`,
    hint: 'if it is yours, keep it outside this folder: git remote set-url <name> <path>',
    data: { address },
  });

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
