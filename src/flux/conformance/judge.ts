import { formatValue, type Value } from '../stack/value.ts';
import type { Observed } from './observed.ts';
import type { Expectation, ExpectedValue } from './vector.ts';

const EPSILON = 1e-5;

/** What a run shows that its vector does not want; empty when the vector passes. */
export function judge(expect: Expectation, observed: Observed): readonly string[] {
  const mistakes = [
    ...judgeEnd(expect, observed),
    ...judgeValues('stack', expect.stack, observed.stack, expect.epsilon),
    ...judgeNumber('flags', expect.flags, observed.flags),
    ...judgeNumber('steps', expect.steps, observed.steps),
    ...judgeNumber('confidence', expect.confidence, observed.confidence),
    ...judgeRegisters('R', expect.ints, observed.ints),
    ...judgeRegisters('F', expect.floats, observed.floats, expect.epsilon),
    ...judgeRegisters('C', expect.confidences, observed.confidences),
    ...judgeOutput(expect.output, observed.output),
    ...judgeMemory(expect, observed),
  ];
  for (const [channel, values] of expect.channels ?? []) {
    const found = observed.channels?.get(channel) ?? [];
    mistakes.push(...judgeValues(`channel ${channel}`, values, found));
  }
  return mistakes;
}

function wanted(name: string, expected: unknown, found: unknown): string {
  return `${name} is ${found}, expected ${expected}`;
}

function judgeEnd(expect: Expectation, { ending, error, trap, passed }: Observed): string[] {
  const mistakes: string[] = [];
  const failed = error !== undefined;
  if (expect.ending !== undefined && ending !== undefined && ending !== expect.ending) {
    const why = failed ? ` (${error})` : '';
    mistakes.push(`${wanted('ending', expect.ending, ending)}${why}`);
  } else if (expect.error === undefined && expect.ending === undefined && failed) {
    mistakes.push(error);
  }
  if (expect.error !== undefined && !error?.includes(expect.error)) {
    mistakes.push(wanted('error', expect.error, error ?? 'absent'));
  }
  for (const key of ['kind', 'pc', 'step'] as const) {
    const value = expect.trap?.[key];
    if (value !== undefined && ending !== undefined && trap?.[key] !== value) {
      mistakes.push(wanted(`${key} of the trap`, value, trap?.[key] ?? 'absent'));
    }
  }
  if (passed === false && mistakes.length === 0)
    mistakes.push(error ?? 'the runtime says it failed');
  return mistakes;
}

function judgeNumber(name: string, expected: number | undefined, found: number | undefined) {
  if (expected === undefined || found === undefined || Object.is(expected, found)) return [];
  return [wanted(name, expected, found)];
}

function judgeValues(
  name: string,
  expected: readonly ExpectedValue[] | undefined,
  found: readonly Value[] | undefined,
  epsilon = false,
): string[] {
  if (expected === undefined || found === undefined) return [];
  const same =
    expected.length === found.length &&
    expected.every((value, index) => isSame(value, found[index]!, epsilon));
  if (same) return [];
  return [wanted(name, listed(expected), listed(found))];
}

function isSame(expected: ExpectedValue, found: Value, epsilon: boolean): boolean {
  const value = typeof expected === 'number' ? expected : expected.value;
  if (typeof expected !== 'number' && expected.kind !== found.kind) return false;
  const isFloat = found.kind === 'float' || !Number.isInteger(value);
  if (epsilon && isFloat && Math.abs(value - found.value) <= EPSILON) return true;
  return value === found.value || Object.is(value, found.value);
}

/** Values as the reports print them: `[1, 2.0]`. */
export function listed(values: readonly ExpectedValue[]): string {
  const text = (each: ExpectedValue) =>
    typeof each === 'number' ? String(each) : formatValue(each);
  return `[${values.map(text).join(', ')}]`;
}

function judgeRegisters(
  letter: string,
  expected: ReadonlyMap<number, number> | undefined,
  found: Int32Array | Float64Array | undefined,
  epsilon = false,
): string[] {
  if (found === undefined) return [];
  const same = (a: number, b: number) => Object.is(a, b) || (epsilon && Math.abs(a - b) <= EPSILON);
  return [...(expected ?? [])].flatMap(([index, value]) =>
    same(value, found[index]!) ? [] : [wanted(`${letter}${index}`, value, found[index])],
  );
}

function judgeOutput(
  expected: readonly string[] | undefined,
  found: readonly string[] | undefined,
): string[] {
  const [a, b] = [JSON.stringify(expected), JSON.stringify(found)];
  return expected === undefined || found === undefined || a === b ? [] : [wanted('output', a, b)];
}

function judgeMemory(expect: Expectation, { memory, persisted }: Observed): string[] {
  const mistakes: string[] = [];
  const compare = (name: string, expected: Uint8Array, found: Uint8Array | undefined) => {
    const [a, b] = [expected.toHex(), found?.toHex()];
    if (a !== b) mistakes.push(wanted(name, a, b ?? 'absent'));
  };
  for (const { address, bytes } of (memory && expect.memory) ?? []) {
    const found = memory?.subarray(address, address + bytes.length);
    compare(`memory at ${address}`, bytes, found);
  }
  for (const { address, bytes } of (persisted && expect.persisted) ?? []) {
    compare(`persisted region ${address}`, bytes, persisted?.get(address));
  }
  return mistakes;
}
