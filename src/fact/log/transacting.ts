import type { Json, JsonObject, Micros } from '../../base/index.ts';
import type { BlobRef, Precondition, TransactionId } from './terms.ts';

/** A lease's token: the store refuses a write that carries an older one than it has given out. */
export interface Fence {
  readonly name: string;
  readonly token: number;
}

export interface TransactOptions {
  /** The principal in whose name this is written, for example `user:ada` or `agent:harbor`. */
  readonly by?: string;
  /** Provenance: run, effect, source. */
  readonly why?: JsonObject;
  readonly if?: readonly Precondition[];
  readonly branch?: string;
  readonly fence?: Fence;
  readonly blobs?: readonly BlobRef[];
  /** `later` returns once written; the next synced transaction or `sync()` makes it durable. */
  readonly durability?: 'now' | 'later';
}

export type TransactResult =
  | {
      readonly ok: true;
      /** The new transaction, or the unchanged head when nothing would have changed. */
      readonly id: TransactionId;
      readonly seq: number;
      readonly at: Micros;
      readonly written: boolean;
    }
  | {
      readonly ok: false;
      /** The first condition that does not hold, and the value found instead. */
      readonly failed: Precondition;
      readonly found: Json | undefined;
    };
