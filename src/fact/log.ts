import type { Clock } from '../base/index.ts';
import type { TakeIn } from './log/arrivals.ts';
import type { Blobs, Erasure, SubjectKeys } from './log/blobs.ts';
import type { Branches } from './log/branches.ts';
import type { Database, Point, SearchHit, SearchOptions } from './log/database.ts';
import type { KeptRead } from './log/kept-reads.ts';
import type { Leases } from './log/leases.ts';
import type { Column, Projection, Row } from './log/projections.ts';
import type { Entity, FactInput, Transaction, TransactionId } from './log/terms.ts';
import type { TransactOptions, TransactResult } from './log/transacting.ts';
import type { Signer, Trust } from './log/writers.ts';

export type * from './log/arrivals.ts';
export type * from './log/blobs.ts';
export type * from './log/branches.ts';
export type * from './log/database.ts';
export type * from './log/kept-reads.ts';
export type * from './log/leases.ts';
export type * from './log/projections.ts';
export type * from './log/terms.ts';
export type * from './log/transacting.ts';
export type * from './log/writers.ts';

/** The append-only log of one home, with its index; the same for every store. */
export interface Log {
  /** The id of the home's first transaction; `undefined` before it. */
  readonly home: TransactionId | undefined;
  readonly clock: Clock;
  readonly blobs: Blobs;
  readonly leases: Leases;
  readonly branches: Branches;
  readonly trust: Trust;
  /** `undefined` before this copy's first write. */
  readonly signer: Signer | undefined;
  readonly keys: SubjectKeys;
  /** Destroys the key of everything private about a subject, and orders the same of every copy. */
  erase(subject: Entity, options?: Pick<TransactOptions, 'by' | 'why'>): Promise<Erasure>;
  /** What opening brought, or the last `takeIn`. */
  readonly tookIn: TakeIn;
  /** Makes known what other writers have added to this home's files since. */
  takeIn(): Promise<TakeIn>;
  transact(facts: readonly FactInput[], options?: TransactOptions): Promise<TransactResult>;
  /** Makes everything written so far durable. */
  sync(): Promise<void>;
  at(point?: Point): Promise<Database>;
  transaction(id: TransactionId): Promise<Transaction | undefined>;
  /** All known transactions in order `(at, id)`, after a given one, or known at an earlier point. */
  transactions(options?: {
    readonly after?: TransactionId;
    readonly known?: Point['known'];
    readonly branch?: string;
  }): AsyncIterable<Transaction>;
  /**
   * What holds at a point and has all the words, best first. Of more than two thousand texts that have
   * them the newest are ranked; as of the past, or on a branch, all.
   */
  search(text: string, options?: SearchOptions): Promise<readonly SearchHit[]>;
  /** Rows of a projection (see `defineProjection`), which is first caught up with the log. */
  query(
    projection: Projection,
    sql: string,
    parameters?: readonly Column[],
  ): Promise<readonly Row[]>;
  /**
   * The answer of a read at a point. At the head it is kept in memory between calls; at any other
   * point, on a branch or with facts on top it is read anew. Always what `read.read(database)` answers.
   */
  kept<State>(read: KeptRead<State>, database: Database): Promise<State>;
  close(): Promise<void>;
}
