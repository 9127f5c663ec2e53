import type { Json } from '../base/index.ts';

/** The two FLUX machines: S works on an operand stack, R on 256 integer and 256 float registers. */
export type MachineName = 'stack' | 'register';

/** How a run ended; every way is distinguishable. */
export type Ending = 'halt' | 'break' | 'end' | 'step-limit' | 'fuel' | 'trap' | 'suspended';

export type TrapKind =
  | 'StackUnderflow'
  | 'StackOverflow'
  | 'CallStackUnderflow'
  | 'CallStackOverflow'
  | 'DivisionByZero'
  | 'UnknownOpcode'
  | 'Unimplemented'
  | 'TruncatedInstruction'
  | 'MemoryOutOfBounds'
  | 'MemoryTag'
  | 'TypeMismatch'
  | 'InvalidJump'
  | 'Sandbox'
  | 'Capability'
  | 'HostRefused'
  | 'NoHost'
  | 'InvalidTask'
  | 'ChannelOverflow'
  | 'OutputOverflow';

/** A trap is data: what went wrong, at which instruction, after how many steps. */
export interface Trap {
  readonly kind: TrapKind;
  /** Address of the instruction that trapped. */
  readonly pc: number;
  /** Steps completed before it. */
  readonly step: number;
  readonly message: string;
}

/** A message a program hands to its host: a signal, a tell, an ask, a broadcast. */
export interface HostMessage {
  readonly kind: string;
  readonly channel: number;
  readonly payload: Json;
}

/**
 * The world of a program, the same for both machines. Inside an agent these are effects, alone a
 * plain object; what is absent traps `NoHost`, a thrown refusal traps `HostRefused`.
 */
export interface Host {
  /** Answers a message; the number is what the program receives. */
  readonly send?: (message: HostMessage) => number;
  /** Milliseconds since 1970 as the program may see them. */
  readonly clock?: () => number;
  readonly capabilities?: ReadonlySet<number>;
  readonly identity?: number;
  /** The oldest message from outside on a channel of the program, or undefined. */
  readonly receive?: (channel: number) => number | undefined;
  /** Whether others want a resource now; absent means no. */
  readonly contended?: (resource: number) => boolean;
  /** Keeps a region of memory beyond the run, whatever its end. */
  readonly persist?: (start: number, bytes: Uint8Array) => void;
  readonly output?: (text: string) => void;
}

/** Bytes that lie in memory when a run starts; the rest is zero. */
export interface DataSegment {
  readonly address: number;
  readonly bytes: Uint8Array;
}

/** Bounds of one run; each has a documented default in `flux/limits.ts`. */
export interface RunLimits {
  readonly steps?: number;
  readonly fuel?: number;
  readonly stackDepth?: number;
  readonly callDepth?: number;
  /** Characters the program may print. */
  readonly output?: number;
}
