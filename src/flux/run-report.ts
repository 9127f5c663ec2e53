import type { Json, JsonObject } from '../base/index.ts';
import { printable } from './printable.ts';
import type { RegisterResult } from './register/run.ts';
import type { RunResult } from './run-program.ts';
import type { StackResult } from './stack/result.ts';
import { formatValue, type Value } from './stack/value.ts';
import { printAddress } from './verify/finding.ts';

/** Whether a run did what it was for: it was not stopped by a trap or a limit. */
export function hasSucceeded({ ending }: RunResult): boolean {
  return ending !== 'trap' && ending !== 'step-limit' && ending !== 'fuel';
}

/** A number as JSON can say it: what is not finite becomes its name. */
export function jsonNumber(value: number): Json {
  return Number.isFinite(value) ? value : String(value);
}

/** A result in the shape of FLUX §2.1 and §3.1, with how it ended. */
export function resultJson(result: RunResult): JsonObject {
  const { ending, flags, steps, trap } = result;
  const common = {
    machine: result.machine,
    ending,
    flags,
    steps,
    halted: ending === 'halt',
    success: hasSucceeded(result),
    ...(trap !== undefined && { trap: { ...trap } }),
    ...(!hasSucceeded(result) && { error: whyStopped(result) }),
  };
  return result.machine === 'stack'
    ? { stack: result.stack.map(jsonNumber), ...common, ...stackExtras(result) }
    : { registers: registersJson(result), ...common, cycles: steps, output: [...result.output] };
}

function stackExtras({ confidence, channels }: StackResult): JsonObject {
  const waiting = [...channels].map(([channel, values]): [string, Json] => [
    String(channel),
    values.map(({ value }) => jsonNumber(value)),
  ]);
  return { confidence, channels: Object.fromEntries(waiting) };
}

/** Registers that are not zero, by name: R for integers, F for floats. */
function registersJson({ ints, floats }: RegisterResult): JsonObject {
  const named: [string, Json][] = [];
  for (const [index, value] of ints.entries()) if (value !== 0) named.push([`R${index}`, value]);
  for (const [index, value] of floats.entries()) {
    if (value !== 0) named.push([`F${index}`, jsonNumber(value)]);
  }
  return Object.fromEntries(named);
}

/** Why a run ended without success, in one line. */
function whyStopped({ ending, trap, steps, machine }: RunResult): string {
  if (trap !== undefined) return `${trap.kind} at ${printAddress(trap.pc)}: ${trap.message}`;
  if (ending === 'fuel') return `out of fuel after ${steps} steps`;
  return machine === 'register'
    ? `Cycle budget exceeded: ${steps}; the program may never end, or needs a higher --max-steps`
    : `step limit reached after ${steps} steps; the program may never end, or needs a higher --max-steps`;
}

/** Values that are shown of a deep stack, from the top. */
const VALUES_SHOWN = 64;

function printStack(values: readonly Value[]): string {
  const shown = values.slice(-VALUES_SHOWN).map(formatValue);
  const more = values.length - shown.length;
  return `[${more > 0 ? `… ${more.toLocaleString('en')} more, ` : ''}${shown.join(', ')}]`;
}

const endings: Readonly<Record<RunResult['ending'], string>> = {
  halt: 'halted',
  break: 'stopped at BREAK',
  end: 'ran to the end of the code',
  'step-limit': 'stopped at the step limit',
  fuel: 'stopped for want of fuel',
  trap: 'trapped',
  suspended: 'suspended',
};

/** A result as people read it. */
export function printResult(result: RunResult): string {
  const { ending, flags, steps } = result;
  const lines: string[] = [];
  if (result.machine === 'stack') {
    lines.push(`stack ${printStack(result.values)}`);
  } else {
    lines.push(...result.output.map(printable));
    const registers = Object.entries(registersJson(result)).map(
      ([name, value]) => `${name}=${value}`,
    );
    lines.push(`registers ${registers.length === 0 ? '(all zero)' : registers.join(' ')}`);
  }
  const flagText = flags.toString(16).toUpperCase().padStart(2, '0');
  lines.push(`${steps} steps, flags ${flagText}, ${endings[ending]}`);
  if (!hasSucceeded(result)) lines.push(whyStopped(result));
  return lines.join('\n');
}
