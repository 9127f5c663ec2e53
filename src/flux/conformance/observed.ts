import { DatumError } from '../../base/index.ts';
import type { Ending, Host, Trap } from '../machine.ts';
import type { RegisterResult } from '../register/run.ts';
import type { StackResult } from '../stack/result.ts';
import type { Value } from '../stack/value.ts';
import type { VectorHost } from './vector.ts';

/** What a runtime showed of a run; what it cannot tell is absent. */
export interface Observed {
  readonly ending?: Ending;
  readonly trap?: Trap;
  /** Text of the trap, or why the runtime itself failed. */
  readonly error?: string;
  readonly stack?: readonly Value[];
  readonly flags?: number;
  readonly steps?: number;
  readonly confidence?: number;
  readonly channels?: ReadonlyMap<number, readonly Value[]>;
  readonly memory?: Uint8Array;
  readonly persisted?: ReadonlyMap<number, Uint8Array>;
  readonly ints?: Int32Array;
  readonly floats?: Float64Array;
  readonly confidences?: Float64Array;
  readonly output?: readonly string[];
  /** Its own verdict, of a runtime that was told what is expected. */
  readonly passed?: boolean;
}

const OUT_OF_FUEL = 'FUEL_EXHAUSTED (0xe2)';

function failure({ ending, trap }: { readonly ending: Ending; readonly trap?: Trap }) {
  if (trap !== undefined) return { trap, error: trap.message };
  return ending === 'fuel' ? { error: OUT_OF_FUEL } : {};
}

export function observeStack(result: StackResult): Observed {
  const { ending, values: stack, flags, steps, confidence, channels, memory, persisted } = result;
  const state = { ending, stack, flags, steps, confidence, channels, memory, persisted };
  return { ...state, ...failure(result) };
}

export function observeRegister(result: RegisterResult): Observed {
  const { ending, flags, steps, memory, ints, floats, confidence: confidences, output } = result;
  const stack = Array.from(result.stack, (value): Value => ({ kind: 'int', value }));
  const state = { ending, flags, steps, memory, ints, floats, confidences, output, stack };
  return { ...state, ...failure(result) };
}

class VectorRefusal extends DatumError {}

/** The host that a vector describes. */
export function vectorHost(described: VectorHost | undefined): Host {
  if (described === undefined) return {};
  const { capabilities, answer, refuses, identity, contended, clock } = described;
  const refuse = () => {
    const details = { code: 'flux/vector-refusal', message: 'the host refuses' } as const;
    throw new VectorRefusal({ ...details, hint: 'this vector wants it so', kind: 'refused' });
  };
  return {
    ...(capabilities && { capabilities: new Set(capabilities) }),
    ...(answer !== undefined && { send: () => answer }),
    ...(refuses && { send: refuse }),
    ...(identity !== undefined && { identity }),
    ...(contended && { contended: (resource: number) => contended.includes(resource) }),
    ...(clock && { clock: shownBy(clock) }),
  };
}

function shownBy(times: readonly number[]): () => number {
  const left = [...times];
  return () => (left.length > 1 ? left.shift()! : left[0]!);
}
