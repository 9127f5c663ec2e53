import type { Json } from '../base/index.ts';
import type {
  Attribute,
  BlobRef,
  Entity,
  FactInput,
  Fence,
  Precondition,
  TransactResult,
} from '../fact/index.ts';
import type { Operation } from './operation.ts';

/**
 * Where a handler stands, outermost first. The order is what makes the stack safe: the record sees
 * every attempt, guards decide before anything is paid, each live attempt is paid and announced by
 * itself, and nothing leaves unredacted.
 */
export const places = [
  'trace',
  'record',
  'idempotency',
  'policy',
  'mandate',
  'judge',
  'dry-run',
  'cache',
  'retry',
  'budget',
  'limit',
  'intent',
  'redact',
  'live',
] as const;

export type Place = (typeof places)[number];

/** One performed effect on its way through the handlers. */
export interface Call {
  readonly operation: Operation;
  /** What the input schema parsed to, as JSON. */
  readonly args: Json;
  readonly signal?: AbortSignal;
  /** The caller's idempotency key: effects with one key happen once. */
  readonly key?: string;
  /** Called with pieces of a long answer as they arrive; a served answer has no pieces. */
  readonly onProgress?: (piece: Json) => void;
  /** The call's place in its run, when something records it. */
  readonly step?: Step;
}

/** A call's place in the record of its run. */
export interface Step {
  readonly run: string;
  /** `4`, or `4.1` for the first effect performed inside step 4. */
  readonly address: string;
  /** The entity of its facts, `effect:<run>/<address>`. */
  readonly entity: Entity;
  /** How often its intent was written, in this process or an earlier one. */
  readonly attempts: number;
  /** Adds a fact about this step; it is durable before the effect leaves. */
  note(attribute: Attribute, value: Json): void;
  /** Adds a fact about something else to the step's next transaction; for handlers of the step. */
  also(fact: FactInput): void;
  /** Writes what was added to earlier steps by {@link Step.also}, before the log is read for it. */
  writeEarlier(): Promise<void>;
  /**
   * Has the step's next intent hold more: `opening` is asked just before it is written, and again
   * when one of its conditions does not hold any more. `undefined` takes it back.
   */
  openWith(opening: (() => Promise<StepOpening>) | undefined): void;
  /**
   * Ends the step in the transaction that is its whole effect: `write` adds the ending to it. For
   * operations that are `inLog`; when nothing is written the step ends like any other.
   */
  endWith(
    result: Json,
    write: (ending: StepEnding) => Promise<TransactResult>,
  ): Promise<TransactResult>;
}

/** What an intent holds beside itself. */
export interface StepOpening {
  readonly facts: readonly FactInput[];
  readonly if: readonly Precondition[];
  /** Told whether it was written. */
  readonly done: (written: boolean) => void;
}

/** What a step adds to the transaction that ends it. */
export interface StepEnding {
  readonly facts: readonly FactInput[];
  readonly blobs: readonly BlobRef[];
  /** Of the run's lease. */
  readonly fence?: Fence;
}

/** Goes on to the next handler inwards. */
export type Next = (call: Call) => Promise<Json>;

/**
 * Something that stands around effects or performs them. A handler may answer by itself, pass the
 * call on unchanged or changed, pass it on several times, or throw.
 */
export interface Handler {
  /** Unique in a stack: a second handler of a name replaces the first. */
  readonly name: string;
  /** `live` when absent. */
  readonly place?: Place;
  /** Names of the operations it sees; all when absent. */
  readonly operations?: readonly string[];
  handle(call: Call, next: Next): Promise<Json>;
}

export const placeOf = (handler: Handler): Place => handler.place ?? 'live';
