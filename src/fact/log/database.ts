import type { Json, Micros } from '../../base/index.ts';
import type { Attribute, Datom, Entity, FactInput, Transaction, TransactionId } from './terms.ts';

/** Where in the two times, and on which branch, a read stands. */
export interface Point {
  /** What was known then: a time, or a transaction of this home. Now when absent. */
  readonly known?: Micros | TransactionId;
  /** What was true then. max(clock, head) when absent, fixed when the value is made. */
  readonly valid?: Micros;
  readonly branch?: string;
}

export type Pattern = {
  readonly e?: Entity | Variable;
  readonly a?: Attribute;
  readonly v?: Json | Variable;
  /** Bounds on a scalar value, for indexed attributes answered by a range scan. */
  readonly range?: { readonly from?: Json; readonly below?: Json };
};

/** A name that joins patterns: `{ e: { var: 'task' }, a: 'task/owner', v: 'agent:harbor' }`. */
export interface Variable {
  readonly var: string;
}

export type Binding = Readonly<Record<string, Json>>;

/** An immutable view of the log at one point; every call answers the same for ever. */
export interface Database {
  readonly known: TransactionId | undefined;
  readonly valid: Micros;
  readonly branch: string | undefined;
  /** The value, or `undefined`; an array of values for a `many` attribute. */
  get(e: Entity, a: Attribute): Promise<Json | undefined>;
  /** All attributes of an entity with their values. */
  entity(e: Entity): Promise<Readonly<Record<Attribute, Json>>>;
  /** The datoms that hold at this point; narrow by entity and attribute. */
  datoms(match?: { readonly e?: Entity; readonly a?: Attribute }): AsyncIterable<Datom>;
  /** Every known operation on an entity, oldest first. */
  history(e: Entity, a?: Attribute): Promise<readonly Datom[]>;
  /** The transaction that made the value hold, and the chain of `why` behind it. */
  causes(e: Entity, a: Attribute): Promise<readonly Transaction[]>;
  /** Bindings of the variables in all patterns together. */
  find(patterns: readonly Pattern[]): Promise<readonly Binding[]>;
  /** The same with facts on top, in memory: its reads see them, the log never does. */
  with(facts: readonly FactInput[]): Database;
}

/** Where a search stands, and what it looks at. */
export interface SearchOptions extends Point {
  /** At most so many hits; 20 when absent. */
  readonly limit?: number;
  /** Which entities are sought; all when absent. */
  readonly among?: (entity: Entity) => boolean;
}

export interface SearchHit {
  readonly entity: Entity;
  readonly attribute: Attribute;
  readonly snippet: string;
  readonly score: number;
}
