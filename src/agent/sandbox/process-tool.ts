import type { Json } from '../../base/index.ts';
import { locateCommand, notStarted, type ProcessResult, runProcess } from '../../effect/index.ts';
import type { ProcessSetting } from '../../folder/index.ts';
import { z } from '../../spec/index.ts';
import { AgentError } from '../error.ts';
import { childEnvironment } from '../program/machine.ts';
import type { ProgramHost } from '../program/run-program.ts';
import { defineTool, type Tool } from '../tool/tool.ts';
import { enclosed } from './bubblewrap.ts';

const TIMEOUT_SECONDS = Object.freeze({ default: 60, max: 600 });
const OUTPUT_BYTES_MAX = 256 * 1024;

export interface ProcessToolOptions {
  readonly host: ProgramHost;
  readonly setting: Exclude<ProcessSetting, 'no'>;
  /** This machine lets programs of this agent run without a sandbox. */
  readonly trusted: boolean;
}

/**
 * Running programs: in bubblewrap where that works; where it does not, refused, unless tools.md says
 * `unsandboxed` and this machine trusted that.
 */
export const processTool = ({ host, setting, trusted }: ProcessToolOptions): Tool =>
  defineTool({
    name: 'run_process',
    description:
      'Runs a program with a list of arguments, in the folder of the agent. Where it is sandboxed it ' +
      'has no network and sees only the system and the paths of tools.md.',
    kind: 'highRisk',
    input: z.strictObject({
      command: z.string().min(1),
      args: z.array(z.string()).optional(),
      stdin: z.string().optional(),
      timeout_seconds: z.number().min(1).max(TIMEOUT_SECONDS.max).optional(),
    }),
    run: async (input, { signal }) => {
      const start = await startOf(host, { setting, trusted });
      const {
        command,
        args = [],
        stdin,
        timeout_seconds: seconds = TIMEOUT_SECONDS.default,
      } = input;
      const [file, ...words] = start(command, args);
      const env = environmentOf(host);
      const result = await run({
        file: locateCommand(file, env['PATH'] ?? '', host.disk),
        args: words,
        stdin: Buffer.from(stdin ?? ''),
        host,
        signal,
        timeoutMillis: Math.ceil(seconds * 1000),
      });
      return outputOf(command, result);
    },
  });

type Start = (command: string, args: readonly string[]) => readonly [string, ...string[]];

async function startOf(
  host: ProgramHost,
  { setting, trusted }: Omit<ProcessToolOptions, 'host'>,
): Promise<Start> {
  if (await sandboxWorks(host)) {
    const enclosure = enclosed(host);
    return (command, args) => ['bwrap', ...enclosure, command, ...args];
  }
  if (setting === 'unsandboxed' && trusted) return (command, args) => [command, ...args];
  throw new AgentError({
    code: 'agent/no-sandbox',
    kind: 'refused',
    message:
      setting === 'unsandboxed'
        ? 'no sandbox works here, and this machine has not trusted programs to run without one'
        : 'no sandbox works here (bubblewrap), and tools.md does not let programs run without one',
    hint: 'install bubblewrap, or write `- processes: unsandboxed` under `## Code sandbox` of tools.md and trust it with: datum trust tools',
  });
}

/** Whether bubblewrap is installed and may make namespaces here; asked once a call. */
async function sandboxWorks(host: ProgramHost): Promise<boolean> {
  const env = environmentOf(host);
  try {
    const { exitCode } = await run({
      file: locateCommand('bwrap', env['PATH'] ?? '', host.disk),
      args: [...enclosed(host), 'true'],
      host,
      signal: undefined,
      timeoutMillis: 10_000,
    });
    return exitCode === 0;
  } catch {
    // Not installed, or not startable: there is no sandbox, whatever the reason.
    return false;
  }
}

const environmentOf = ({ machine, root }: ProgramHost): Readonly<Record<string, string>> =>
  childEnvironment(machine.environment, { home: root });

interface Running {
  readonly file: string;
  readonly args: readonly string[];
  readonly stdin?: Buffer;
  readonly host: ProgramHost;
  readonly signal: AbortSignal | undefined;
  readonly timeoutMillis: number;
}

async function run({ host, ...request }: Running): Promise<ProcessResult> {
  const { timer, folder } = host;
  const env = environmentOf(host);
  try {
    return await runProcess({
      ...request,
      cwd: folder,
      env,
      timer,
      outputBytesMax: OUTPUT_BYTES_MAX,
    });
  } catch (error) {
    request.signal?.throwIfAborted();
    throw notStarted(request.file, error);
  }
}

function outputOf(command: string, result: ProcessResult): Json {
  if (result.timedOut) {
    throw new AgentError({
      code: 'agent/tool-timeout',
      message: `${command} did not end in time and was stopped`,
      hint: 'ask it for less, or give it more `timeout_seconds`',
    });
  }
  return {
    exit_code: result.exitCode,
    stdout: result.stdout.toString('utf8'),
    stderr: result.stderr.toString('utf8'),
    ...(result.cut ? { cut: `only the first ${OUTPUT_BYTES_MAX} bytes of each are kept` } : {}),
  };
}
