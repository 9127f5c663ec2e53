import { execFile } from 'node:child_process';
import { z } from 'zod';
import { FluxError } from '../error.ts';
import { stackValue } from '../stack/value.ts';
import type { Observed } from './observed.ts';
import type { Runtime } from './runtime.ts';
import type { ExpectedValue, Vector } from './vector.ts';

/** What a finished command left. */
export interface Finished {
  /** Absent when it could not be started or was killed. */
  readonly code?: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly timedOut: boolean;
}

/** Runs a command with text on its input; never a shell. */
export type RunCommand = (
  command: readonly string[],
  input: string,
  timeoutMs: number,
) => Promise<Finished>;

const TIMEOUT_MS = 30_000;
const OUTPUT_BYTES_MAX = 16 * 1024 * 1024;
const SHOWN_CHARACTERS = 200;

/** Runs a command as a child process. */
export const runProcess: RunCommand = ([file = '', ...args], input, timeoutMs) =>
  new Promise((resolve) => {
    const options = { timeout: timeoutMs, maxBuffer: OUTPUT_BYTES_MAX };
    const child = execFile(file, args, options, (error, stdout, stderr) => {
      const code = error === null ? 0 : error.code;
      resolve({
        ...(typeof code === 'number' && { code }),
        stdout,
        stderr: stderr === '' && error !== null ? error.message : stderr,
        timedOut: error?.killed === true,
      });
    });
    // A command that does not read its input closes the pipe; what it answers then is its answer.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });

const answer = z.object({
  passed: z.boolean(),
  error: z.string().nullish(),
  actual_stack: z.array(z.number()).nullish(),
  actual_flags: z.int().nullish(),
});

/**
 * Another implementation of machine S as a runtime: a command that reads one case as JSON and
 * answers its verdict (FLUX §7.4). Throws `flux/adapter` when it does not answer `--version`.
 */
export async function adapterRuntime(
  command: readonly string[],
  runCommand: RunCommand = runProcess,
): Promise<Runtime> {
  const name = command.join(' ');
  const version = await runCommand([...command, '--version'], '', TIMEOUT_MS);
  if (version.code !== 0 && version.stdout === '') {
    throw new FluxError({
      code: 'flux/adapter',
      message: `${name} does not answer --version: ${firstLine(version)}`,
      hint: 'give the command of an adapter as docs/flux.md describes it',
      kind: 'usage',
    });
  }
  const run = async (vector: Vector): Promise<Observed> =>
    readAnswer(await runCommand(command, JSON.stringify(question(vector)), TIMEOUT_MS));
  return { name, machines: ['stack'], run };
}

function firstLine({ stderr, timedOut }: Finished): string {
  return timedOut ? 'timeout' : (stderr.trim().split('\n')[0] ?? '').slice(0, SHOWN_CHARACTERS);
}

function question({ code, start, expect, name }: Vector) {
  const number = (each: ExpectedValue) => (typeof each === 'number' ? each : each.value);
  return {
    name,
    bytecode_hex: code.toHex(),
    initial_stack: start.stack.map(number),
    expected_stack: (expect.stack ?? []).map(number),
    expected_flags: expect.flags ?? -1,
    allow_float_epsilon: expect.epsilon ?? false,
    ...(expect.error !== undefined && { expected_error: expect.error }),
  };
}

function readAnswer(finished: Finished): Observed {
  if (finished.timedOut) return failed(`Timeout (${TIMEOUT_MS / 1000}s)`);
  if (finished.code !== 0) return failed(finished.stderr.slice(0, SHOWN_CHARACTERS));
  const parsed = answer.safeParse(parseJson(finished.stdout));
  if (!parsed.success) return failed(`no answer: ${finished.stdout.slice(0, SHOWN_CHARACTERS)}`);
  const { passed, error, actual_stack: stack, actual_flags: flags } = parsed.data;
  return {
    passed,
    ...(error != null && error !== '' && { error }),
    ...(stack != null && { stack: stack.map(stackValue) }),
    ...(flags != null && { flags }),
  };
}

function failed(error: string): Observed {
  return { passed: false, error: error === '' ? 'the adapter failed' : error };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON: the schema refuses undefined, and the report shows the text.
    return undefined;
  }
}
