import type { DataSegment, Ending, MachineName } from '../machine.ts';
import type { StackFrame } from '../stack/state.ts';
import type { Value } from '../stack/value.ts';

/** What the host of a vector holds and answers; the same number to every message. */
export interface VectorHost {
  readonly capabilities?: readonly number[];
  readonly answer?: number;
  readonly refuses?: boolean;
  readonly identity?: number;
  readonly contended?: readonly number[];
  /** Milliseconds the clock of the host shows, one after the other, the last one for ever. */
  readonly clock?: readonly number[];
}

/** The state a vector starts from; what is absent is empty or zero. */
export interface VectorStart {
  readonly stack: readonly Value[];
  readonly memory: readonly DataSegment[];
  readonly channels: ReadonlyMap<number, readonly Value[]>;
  readonly frames: readonly StackFrame[];
  /** Registers of machine R by number; the others are 0. */
  readonly ints: ReadonlyMap<number, number>;
  readonly floats: ReadonlyMap<number, number>;
  /** Confidence of the registers of machine R; the others are 1. */
  readonly confidences: ReadonlyMap<number, number>;
  readonly limits: {
    readonly steps?: number;
    readonly fuel?: number;
    readonly stackDepth?: number;
    readonly callDepth?: number;
    readonly output?: number;
  };
  readonly host?: VectorHost;
}

/** A number that either kind of value may have, or a value whose kind counts too. */
export type ExpectedValue = number | Value;

/** What a run must show; what is absent is not checked. */
export interface Expectation {
  readonly ending?: Ending;
  /** Bottom to top. */
  readonly stack?: readonly ExpectedValue[];
  /** Floats may differ by 1e-5. */
  readonly epsilon?: boolean;
  readonly flags?: number;
  readonly steps?: number;
  readonly confidence?: number;
  readonly channels?: ReadonlyMap<number, readonly ExpectedValue[]>;
  readonly memory?: readonly DataSegment[];
  readonly persisted?: readonly DataSegment[];
  readonly ints?: ReadonlyMap<number, number>;
  readonly floats?: ReadonlyMap<number, number>;
  readonly confidences?: ReadonlyMap<number, number>;
  readonly output?: readonly string[];
  readonly trap?: { readonly kind?: string; readonly pc?: number; readonly step?: number };
  /** Part of the text of the trap; `FUEL_EXHAUSTED` where fuel ran out. */
  readonly error?: string;
}

/** One case of a conformance suite: bytes, where they start and what they must come to. */
export interface Vector {
  readonly name: string;
  readonly category: string;
  readonly machine: MachineName;
  readonly code: Uint8Array;
  readonly description: string;
  /** Mnemonic of the instruction it is about. */
  readonly tests?: string;
  readonly start: VectorStart;
  readonly expect: Expectation;
}

/** A named list of vectors; `notes` say what is odd about the file it came from. */
export interface Suite {
  readonly name: string;
  readonly vectors: readonly Vector[];
  readonly notes: readonly string[];
}

/** A start without anything in it. */
export const emptyStart: VectorStart = Object.freeze({
  stack: [],
  memory: [],
  channels: new Map(),
  frames: [],
  ints: new Map(),
  floats: new Map(),
  confidences: new Map(),
  limits: {},
});
