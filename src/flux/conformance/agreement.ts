import type { Value } from '../stack/value.ts';
import type { CaseResult, RatedVector } from './case-result.ts';
import { listed } from './judge.ts';
import type { Observed } from './observed.ts';

/** What several runtimes came to on one vector. */
export interface Agreement {
  readonly vector: string;
  /** What each runtime shows, in a few words. */
  readonly shown: Readonly<Record<string, string>>;
  readonly agree: boolean;
}

/** The vectors that more than one runtime ran, and whether these show the same. */
export function agreements(
  vectors: readonly RatedVector[],
  results: readonly CaseResult[],
): readonly Agreement[] {
  return vectors.flatMap(({ name }) => {
    const cases = results.filter(({ vector }) => vector.name === name);
    const [first, ...others] = cases;
    if (first === undefined || others.length === 0) return [];
    const shown = cases.map(({ runtime, observed }) => [runtime, show(observed)] as const);
    const agree = others.every(({ observed }) => isAlike(first.observed, observed));
    return [{ vector: name, shown: Object.fromEntries(shown), agree }];
  });
}

/** `[12]`, `R0=12`, or the error of a run that has no result. */
function show({ ending, stack, ints, error }: Observed): string {
  if (ending === 'trap' || (ending === undefined && error !== undefined)) return error ?? 'trap';
  const registers = Array.from(ints ?? [], (value, index) =>
    value === 0 ? '' : `R${index}=${value}`,
  );
  const parts = registers.filter((text) => text !== '');
  if (ints === undefined || (stack?.length ?? 0) > 0) parts.push(listed(stack ?? []));
  return parts.join(' ') || 'R0=0';
}

/** Whether two runs show the same in everything that both tell; texts of errors may differ. */
function isAlike(a: Observed, b: Observed): boolean {
  const failed = (each: Observed) => each.error !== undefined;
  return (
    failed(a) === failed(b) &&
    both(a.ending, b.ending, Object.is) &&
    both(a.trap, b.trap, (x, y) => x.kind === y.kind && x.pc === y.pc && x.step === y.step) &&
    both(a.stack, b.stack, sameStack) &&
    both(a.flags, b.flags, Object.is) &&
    both(a.steps, b.steps, Object.is) &&
    both(a.confidence, b.confidence, Object.is) &&
    both(a.memory, b.memory, sameNumbers) &&
    both(a.ints, b.ints, sameNumbers) &&
    both(a.floats, b.floats, sameNumbers) &&
    both(a.output, b.output, (x, y) => x.join('\n') === y.join('\n'))
  );
}

function both<T>(a: T | undefined, b: T | undefined, same: (a: T, b: T) => boolean): boolean {
  return a === undefined || b === undefined || same(a, b);
}

/** By value: an adapter's JSON cannot tell 5 from 5.0. */
function sameStack(a: readonly Value[], b: readonly Value[]): boolean {
  const numbers = (values: readonly Value[]) => Float64Array.from(values, ({ value }) => value);
  return sameNumbers(numbers(a), numbers(b));
}

type Numbers = Uint8Array | Int32Array | Float64Array;

function sameNumbers(a: Numbers, b: Numbers): boolean {
  if (a.length !== b.length) return false;
  for (let index = 0; index < a.length; index += 1) {
    const [x, y] = [a[index]!, b[index]!];
    if (x !== y && !(Number.isNaN(x) && Number.isNaN(y))) return false;
  }
  return true;
}
