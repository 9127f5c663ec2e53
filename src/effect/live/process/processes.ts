import { bytes, type Disk, systemClock } from '../../../base/index.ts';
import { EffectError, failureData } from '../../error.ts';
import type { Handler } from '../../handler.ts';
import { answer, liveHandler } from '../../live-handler.ts';
import { type Content, type ContentForm, contentBytes } from '../content.ts';
import type { Timer } from '../deadline.ts';
import { type Environment, nameRefused } from '../environment.ts';
import { type Root, rootsOn } from '../file/roots.ts';
import { locateCommand, notStarted } from './locate-command.ts';
import { processRun } from './operation.ts';
import { type ProcessResult, runProcess } from './run-process.ts';

export interface ProcessesOptions {
  readonly disk: Disk;
  /** Folders a program may be started in. */
  readonly roots: readonly Root[];
  /** What may be run: bare names, found on the handler's PATH, or absolute paths. */
  readonly commands: readonly string[];
  readonly environment: Environment;
  /** Names that pass from the environment to a program, and that a call may set; PATH when absent. */
  readonly names?: readonly string[];
  /** For a call that sets none; 60,000 when absent. */
  readonly timeoutMillis?: number;
  /** For timeouts; the machine's when absent. */
  readonly timer?: Timer;
  /** Kept of each output; 1 MiB when absent. */
  readonly outputBytesMax?: number;
}

/** Performs `process/run` for allowed commands, in allowed folders, with allowed variables only. */
export function liveProcesses(options: ProcessesOptions): Handler {
  const { timer = systemClock, disk, environment, names = ['PATH'] } = options;
  const roots = rootsOn(disk, options.roots);
  const commands = new Set(options.commands);
  const allowed = new Set(names);

  const environmentFor = (own: Readonly<Record<string, string>>): Record<string, string> => {
    const refused = Object.keys(own).find((name) => !allowed.has(name));
    if (refused !== undefined) throw nameRefused(refused);
    const passed = names.flatMap((name) => {
      const value = environment[name];
      return value === undefined ? [] : [[name, value] as const];
    });
    return { ...Object.fromEntries(passed), ...own };
  };

  return liveHandler('processes', [
    answer(processRun, async (args, call) => {
      if (!commands.has(args.command)) throw commandRefused(args.command);
      const request = {
        file: locateCommand(args.command, environment['PATH'] ?? '', disk),
        args: args.args,
        cwd: roots.real(args.cwd ?? '.', 'read'),
        env: environmentFor(args.env),
        timer,
        timeoutMillis: args.timeoutMillis ?? options.timeoutMillis ?? 60_000,
        outputBytesMax: options.outputBytesMax ?? 1024 * 1024,
        signal: call.signal,
        ...(args.stdin === undefined ? {} : { stdin: contentBytes(args.stdin as Content) }),
      };
      try {
        return resultOf(await runProcess(request), args.as);
      } catch (error) {
        call.signal?.throwIfAborted();
        throw notStarted(args.command, error);
      }
    }),
  ]);
}

const resultOf = ({ stdout, stderr, ...rest }: ProcessResult, as: ContentForm) => ({
  ...rest,
  stdout: outputOf(stdout, as),
  stderr: outputOf(stderr, as),
});

/** Programs print what they like; as text, what is not UTF-8 becomes U+FFFD. */
const outputOf = (output: Buffer, as: ContentForm): Content =>
  as === 'text' ? output.toString('utf8') : { $bytes: bytes(output).$bytes };

const commandRefused = (command: string): EffectError =>
  new EffectError({
    code: 'effect/command-refused',
    message: `${command} may not be run here`,
    hint: 'add it to the allowed commands of the handler',
    kind: 'refused',
    data: { command, ...failureData({ mayHaveHappened: false }) },
  });
