import { dirname, join } from 'node:path';
import { type Clock, type Disk, systemClock, systemDisk } from '../base/index.ts';
import {
  type Call,
  locateCommand,
  type ProcessResult,
  runProcess,
  type Timer,
} from '../effect/index.ts';
import { type GitRequest, gitTransfer } from './command.ts';
import { fixedSettings, onThisMachine, passedVariables, quietVariables } from './settings.ts';

export interface GitOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** For the dates of commits. */
  readonly clock?: Clock;
  /** For timeouts; the machine's when absent. */
  readonly timer?: Timer;
  readonly disk?: Disk;
  /** Settings that stand whatever the repository's own configuration says, such as a merge driver. */
  readonly settings?: Readonly<Record<string, string>>;
  /** For commands on this machine; two minutes when absent. */
  readonly timeoutMillis?: number;
  /** For clone, fetch and push; ten minutes when absent. */
  readonly transferMillis?: number;
  /** Output beyond this is an error; 64 MiB when absent. */
  readonly outputBytesMax?: number;
}

interface StartOptions {
  readonly call: Call;
  readonly millis: number;
  readonly settings?: readonly (readonly [key: string, value: string])[];
}

export type Start = (request: GitRequest, options: StartOptions) => Promise<ProcessResult>;

/** Starts the git of this machine in the folder of a request, and in no repository above it. */
export function starter(options: GitOptions): Start {
  const { env, clock = systemClock, timer = systemClock, disk = systemDisk } = options;
  const { outputBytesMax = 64 * 1024 * 1024 } = options;
  const passed = passedVariables.flatMap((name) => {
    const value = env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  let file: string | undefined;
  return async (request, { call, millis, settings = [] }) => {
    const { folder, input } = request;
    file ??= locateCommand('git', env['PATH'] ?? '', disk);
    // A person who works in a folder may, whoever owns it; git compares the real path.
    const real = disk.realpath(folder);
    const fixed = [...fixedSettings, `safe.directory=${real}`].flatMap((line) => ['-c', line]);
    return runProcess({
      file,
      args: [...fixed, ...argumentsOf(request)],
      cwd: folder,
      env: {
        ...Object.fromEntries(passed),
        ...quietVariables,
        ...(call.operation === gitTransfer ? {} : onThisMachine),
        ...(call.operation.kind === 'read' ? { GIT_OPTIONAL_LOCKS: '0' } : {}),
        ...settingVariables(settings),
        ...placeVariables(request, { real, disk }),
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
  };
}

/** The arguments, with programs for showing differences left aside and submodules left alone. */
function argumentsOf({ args }: GitRequest): readonly string[] {
  const [command = '', ...rest] = args;
  // Git would run itself inside a submodule, under that one's configuration.
  const alone = ['--ignore-submodules=all'];
  const plain = ['--no-ext-diff', '--no-textconv'];
  if (command === 'status') return [command, ...alone, ...rest];
  if (['diff', 'log', 'show'].includes(command)) return [command, ...plain, ...alone, ...rest];
  return args;
}

/** Settings as variables: in an argument a name with an equals sign would be read as another. */
function settingVariables(
  settings: readonly (readonly [key: string, value: string])[],
): Readonly<Record<string, string>> {
  const pairs = settings.flatMap(([key, value], at) => [
    [`GIT_CONFIG_KEY_${at}`, key],
    [`GIT_CONFIG_VALUE_${at}`, value],
  ]);
  return { GIT_CONFIG_COUNT: String(settings.length), ...Object.fromEntries(pairs) };
}

/** The folder's own repository with the folder itself as work tree, whatever its configuration says. */
function placeVariables(
  { folder, args }: GitRequest,
  { real, disk }: { readonly real: string; readonly disk: Disk },
): Readonly<Record<string, string>> {
  const makes = args[0] === 'init' || args[0] === 'clone';
  return {
    GIT_CEILING_DIRECTORIES: dirname(real),
    ...(!makes && disk.exists(join(folder, '.git')) ? { GIT_WORK_TREE: real } : {}),
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
