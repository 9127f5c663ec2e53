import type { Disk, Json, Random } from '../../base/index.ts';
import {
  locateCommand,
  notStarted,
  type ProcessRequest,
  type ProcessResult,
  runProcess,
  type Timer,
} from '../../effect/index.ts';
import { AgentError } from '../error.ts';
import type { AllowedPaths, PathOrigin } from '../tool/allowed-paths.ts';
import { type Launch, launchOf } from './launch.ts';
import { childEnvironment, type ProgramMachine } from './machine.ts';
import { privateCopy } from './private-copy.ts';
import type { Program } from './program.ts';
import { jsonWithoutSecrets, secretsOf, withoutSecrets } from './secrets.ts';

export interface ProgramHost {
  readonly machine: ProgramMachine;
  readonly disk: Disk;
  readonly random: Random;
  readonly timer: Timer;
  /** Of the home, absolute. */
  readonly root: string;
  /** Of the agent, absolute: where programs are started. */
  readonly folder: string;
  readonly paths: AllowedPaths;
  /** Where the agent's own paths begin. */
  readonly origin: PathOrigin;
}

/** Kept of what a program prints; the rest is read and dropped. */
const OUTPUT_BYTES_MAX = 1024 * 1024;
const REASON_LENGTH_MAX = 2000;

/**
 * Runs a trusted program to its end, from a private copy of the bytes that were hashed. Throws
 * `agent/tool-timeout`, `agent/tool-failed` for another exit code than 0, and `effect/not-started`.
 */
export async function runProgram(
  program: Program,
  { input, signal, host }: RunProgram,
): Promise<Json> {
  const { machine, disk, random } = host;
  const copy = privateCopy(program, { folder: machine.folder, disk, random });
  const launch = launchOf(program, input, {
    folder: copy,
    node: machine.node,
    paths: host.paths,
  });
  const env = childEnvironment(machine.environment, { names: program.env, home: host.root });
  const secrets = secretsOf(env);
  machine.hide?.(secrets);
  const result = await start(launch, { program, env, signal, host });
  if (result.timedOut) throw timedOut(program);
  if (result.exitCode !== 0) throw failed(program, result, secrets);
  return jsonWithoutSecrets(outputOf(result, program.protocol), secrets);
}

export interface RunProgram {
  readonly input: Json;
  readonly signal: AbortSignal | undefined;
  readonly host: ProgramHost;
}

interface Started {
  readonly program: Program;
  readonly env: Readonly<Record<string, string>>;
}

async function start(
  { command, args, stdin }: Launch,
  { program, env, signal, host }: Omit<RunProgram, 'input'> & Started,
): Promise<ProcessResult> {
  const { disk, timer, folder } = host;
  const request: ProcessRequest = {
    file: locateCommand(command, env['PATH'] ?? '', disk),
    args,
    cwd: folder,
    env,
    timer,
    timeoutMillis: Math.ceil(program.timeoutSeconds * 1000),
    outputBytesMax: OUTPUT_BYTES_MAX,
    signal,
    ...(stdin === undefined ? {} : { stdin: Buffer.from(stdin) }),
  };
  try {
    return await runProcess(request);
  } catch (error) {
    signal?.throwIfAborted();
    throw notStarted(command, error);
  }
}

/** JSON where that is what it printed, else text; of a cut output the cut is said. */
function outputOf({ stdout, cut }: ProcessResult, protocol: Program['protocol']): Json {
  const text = stdout.toString('utf8');
  if (cut) return `${text}\n[cut: the tool printed more than ${OUTPUT_BYTES_MAX} bytes]`;
  if (protocol === 'json') {
    try {
      return JSON.parse(text) as Json;
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
    }
  }
  return text.trimEnd();
}

const timedOut = ({ name, timeoutSeconds }: Program): AgentError =>
  new AgentError({
    code: 'agent/tool-timeout',
    message: `${name} did not end within ${timeoutSeconds} seconds and was stopped`,
    hint: 'ask it for less, or raise `timeout_seconds` in its description',
    data: { tool: name },
  });

function failed(
  { name }: Program,
  { exitCode, signal, stderr }: ProcessResult,
  secrets: readonly string[],
): AgentError {
  const said = withoutSecrets(stderr.toString('utf8').trim(), secrets).slice(-REASON_LENGTH_MAX);
  const how = signal === null ? `exit code ${exitCode}` : `signal ${signal}`;
  return new AgentError({
    code: 'agent/tool-failed',
    message: `${name} ended with ${how}${said === '' ? '' : `: ${said}`}`,
    hint: 'correct the input, or go on without this tool',
    data: { tool: name, exitCode, signal },
  });
}
