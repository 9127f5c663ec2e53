import type { Json, Micros } from '../../base/index.ts';
import type { Attribute, Datom, Entity, Transaction, TransactionId } from '../log.ts';

/** Bounds of a scalar value: at least `from`, less than `below`, of the same type as the bounds. */
export interface Range {
  readonly from?: Json;
  readonly below?: Json;
}

/** What a query reads: the facts that hold, from the index or with an overlay on it. */
export interface FactSource {
  /** The values that hold: none, one, or for an attribute of cardinality many any number. */
  values(e: Entity, a: Attribute): readonly Json[];
  attributesOf(e: Entity): readonly Attribute[];
  /** Entities that have, or once had, the attribute. */
  entitiesWith(a: Attribute): Iterable<Entity>;
  /** Entities that hold a value; `undefined` when the attribute's values cannot be looked up. */
  entitiesHolding(a: Attribute, value: Json): readonly Entity[] | undefined;
  /** Entities that may hold a value within bounds; `undefined` when they cannot be looked up. */
  entitiesWithin(a: Attribute, range: Range): Iterable<Entity> | undefined;
  entities(): Iterable<Entity>;
  /** Roughly how many entities a look-up would give, up to `most`. */
  estimate(
    a: Attribute,
    by: { readonly value?: Json; readonly range?: Range },
    most: number,
  ): number;
}

/** Everything a database value answers, synchronous. */
export interface FactView extends FactSource {
  readonly known: TransactionId | undefined;
  readonly valid: Micros;
  readonly branch: string | undefined;
  isMany(a: Attribute): boolean;
  /** Runs several reads as one, on one state of the index. */
  together<T>(work: () => T): T;
  get(e: Entity, a: Attribute): Json | undefined;
  datoms(match?: { readonly e?: Entity; readonly a?: Attribute }): Iterable<Datom>;
  history(e: Entity, a?: Attribute): readonly Datom[];
  causes(e: Entity, a: Attribute): readonly Transaction[];
}
