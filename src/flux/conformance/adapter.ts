import { z } from 'zod';
import { FluxError } from '../error.ts';
import { printable } from '../printable.ts';
import { stackValue } from '../stack/value.ts';
import type { Observed } from './observed.ts';
import { type Finished, type RunCommand, runProcess } from './run-process.ts';
import type { Runtime } from './runtime.ts';
import type { ExpectedValue, Vector } from './vector.ts';

const TIMEOUT_MS = 30_000;
const SHOWN_CHARACTERS = 200;
/** After so many timeouts in a row it is not asked again: a suite would otherwise take an hour. */
const TIMEOUTS_MAX = 3;

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
  if (command.length === 0) throw adapterError('the adapter is empty');
  const version = await runCommand([...command, '--version'], '', TIMEOUT_MS);
  if (version.code !== 0 && version.stdout === '') {
    throw adapterError(`${name} does not answer --version: ${firstLine(version)}`);
  }
  let timeouts = 0;
  const run = async (vector: Vector): Promise<Observed> => {
    if (timeouts >= TIMEOUTS_MAX) {
      return failed(`not asked: it did not answer ${TIMEOUTS_MAX} cases in a row`);
    }
    const finished = await runCommand(command, JSON.stringify(question(vector)), TIMEOUT_MS);
    timeouts = finished.timedOut ? timeouts + 1 : 0;
    return readAnswer(finished, vector);
  };
  return { name, machines: ['stack'], run };
}

function adapterError(message: string): FluxError {
  return new FluxError({
    code: 'flux/adapter',
    message,
    hint: 'give the command of an adapter as docs/flux.md describes it',
    kind: 'usage',
  });
}

function firstLine({ stderr, timedOut }: Finished): string {
  return timedOut ? 'timeout' : shown(stderr.trim().split('\n')[0] ?? '');
}

/** The beginning of what a command printed. */
function shown(text: string): string {
  return printable(text.slice(0, SHOWN_CHARACTERS));
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

/** What the adapter shows; its verdict alone, without what a vector is about, proves nothing. */
function readAnswer(finished: Finished, { expect }: Vector): Observed {
  if (finished.timedOut) return failed(`Timeout (${TIMEOUT_MS / 1000}s)`);
  if (finished.code !== 0) return failed(shown(finished.stderr));
  const parsed = answer.safeParse(parseJson(finished.stdout));
  if (!parsed.success) return failed(`no answer: ${shown(finished.stdout)}`);
  const { passed, error, actual_stack: stack, actual_flags: flags } = parsed.data;
  if (error != null && error !== '') return { passed, error: shown(error) };
  if (expect.stack !== undefined && stack == null) return failed('it shows no stack');
  if (expect.flags !== undefined && flags == null) return failed('it shows no flags');
  return {
    passed,
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
