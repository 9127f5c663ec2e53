import type { Ending, Trap } from '../machine.ts';
import type { Context } from './context.ts';
import type { MachineState } from './state.ts';
import type { Value } from './value.ts';

/** What a suspended program waits for, when it did not suspend itself. */
export interface Awaited {
  /** Milliseconds until the first of its contexts can go on without a message. */
  readonly milliseconds: number;
  /** Channels on which a message would let it go on. */
  readonly channels: readonly number[];
}

/** How a run of machine S ended and the state it left. */
export interface StackResult {
  readonly machine: 'stack';
  readonly ending: Ending;
  /** Whether it ended by HALT. */
  readonly halted: boolean;
  readonly trap?: Trap;
  /** Instructions completed. */
  readonly steps: number;
  /** Address of the next instruction, of the trapping one after a trap. */
  readonly pc: number;
  /** Z is 1, S 2, C 4, O 8. */
  readonly flags: number;
  /** Bottom to top. */
  readonly stack: readonly number[];
  /** The same with their kinds. */
  readonly values: readonly Value[];
  /** Return addresses, the newest last. */
  readonly calls: readonly number[];
  /** 0 to 1. */
  readonly confidence: number;
  /** The context shown: main, or the one that trapped. */
  readonly context: number;
  /** Instructions it may still run; absent without a limit. */
  readonly fuel?: number;
  /** Milliseconds on the program's clock. */
  readonly time: number;
  /** Messages nobody took, by channel. */
  readonly channels: ReadonlyMap<number, readonly Value[]>;
  /** Memory as the run left it. */
  readonly memory: Uint8Array;
  /** Regions as PERSIST_CRITICAL_STATE kept them, by address. */
  readonly persisted: ReadonlyMap<number, Uint8Array>;
  /** The channel named by the SUSPEND that ended it. */
  readonly suspendedOn?: number;
  readonly awaited?: Awaited;
}

/** The state of a machine as a result of its own, but for the memory, which stays the machine's. */
export function stackResult(
  state: MachineState,
  context: Context,
  end: { readonly ending: Ending; readonly trap?: Trap; readonly awaited?: Awaited },
): StackResult {
  const values = context.stack.values();
  return {
    machine: 'stack',
    ...end,
    halted: end.ending === 'halt',
    steps: state.steps,
    pc: context.pc,
    flags: context.flagsByte,
    stack: values.map(({ value }) => value),
    values,
    calls: [...context.calls],
    confidence: context.confidence,
    context: context.id,
    ...(state.fuel !== Number.POSITIVE_INFINITY && { fuel: state.fuel }),
    time: state.now,
    channels: new Map(state.messages.waiting()),
    memory: state.memory,
    persisted: new Map(state.persisted),
    ...(end.ending === 'suspended' &&
      state.suspendedOn !== undefined && { suspendedOn: state.suspendedOn }),
  };
}
