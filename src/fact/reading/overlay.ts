import { canonicalize, type Json, type Micros } from '../../base/index.ts';
import { encodeCell } from '../indexing/cell.ts';
import { DECLARATIONS, declarationEntity } from '../indexing/declaration.ts';
import type { Attribute, Datom, Entity, FactInput, Transaction, TransactionId } from '../log.ts';
import { compareCells } from './cell-order.ts';
import type { FactView, Range } from './source.ts';

/** The transaction of facts that no transaction holds. */
export const NO_TRANSACTION: TransactionId = '0'.repeat(64);

/**
 * Facts in memory on top of a view, as if they were the newest transaction: reads see them, the log
 * never does. They hold from the view's own `valid` on unless they say otherwise.
 */
export class Overlay implements FactView {
  readonly #base: FactView;
  readonly #facts: readonly FactInput[];
  /** By entity, the facts whose interval contains `valid`, in order. */
  readonly #holding = new Map<Entity, FactInput[]>();
  readonly #declared = new Map<Attribute, boolean>();

  constructor(base: FactView, facts: readonly FactInput[]) {
    this.#base = base;
    this.#facts = facts;
    for (const fact of facts) {
      if (!contains(fact, base.valid)) continue;
      const list = this.#holding.get(fact.e);
      if (list === undefined) this.#holding.set(fact.e, [fact]);
      else list.push(fact);
    }
  }

  get known(): TransactionId | undefined {
    return this.#base.known;
  }

  get valid(): Micros {
    return this.#base.valid;
  }

  get branch(): string | undefined {
    return this.#base.branch;
  }

  together<T>(work: () => T): T {
    return this.#base.together(work);
  }

  /** As the base has it, else as the overlay's own facts declare it. */
  isMany(a: Attribute): boolean {
    const remembered = this.#declared.get(a);
    if (remembered !== undefined) return remembered;
    const declaration = this.#holding.get(declarationEntity(a)) ?? [];
    const isMany =
      this.#base.isMany(a) ||
      declaration.some((fact) => fact.a === DECLARATIONS.cardinality && fact.v === 'many');
    this.#declared.set(a, isMany);
    return isMany;
  }

  get(e: Entity, a: Attribute): Json | undefined {
    if (!this.#touches(e, a)) return this.#base.get(e, a);
    const values = this.values(e, a);
    if (!this.isMany(a)) return values[0];
    return values.length === 0 ? undefined : values;
  }

  values(e: Entity, a: Attribute): readonly Json[] {
    const facts = this.#of(e, a);
    if (facts.length === 0) return this.#base.values(e, a);
    if (!this.isMany(a)) return stated(facts.at(-1));
    const byText = new Map(this.#base.values(e, a).map((value) => [canonicalize(value), value]));
    for (const { op, v } of facts) {
      if (v === undefined) continue;
      if (op === 'retract') byText.delete(canonicalize(v));
      else byText.set(canonicalize(v), v);
    }
    return [...byText.values()].sort((x, y) => compareCells(encodeCell(x), encodeCell(y)));
  }

  attributesOf(e: Entity): readonly Attribute[] {
    const own = (this.#holding.get(e) ?? []).map(({ a }) => a);
    return [...new Set([...this.#base.attributesOf(e), ...own])];
  }

  entitiesWith(a: Attribute): Iterable<Entity> {
    return new Set([...this.#base.entitiesWith(a), ...this.#entitiesOf(a)]);
  }

  entitiesHolding(a: Attribute, value: Json): readonly Entity[] | undefined {
    const found = this.#base.entitiesHolding(a, value);
    if (found === undefined) return undefined;
    const text = canonicalize(value);
    return [...new Set([...found, ...this.#entitiesOf(a)])].filter((e) =>
      this.values(e, a).some((item) => canonicalize(item) === text),
    );
  }

  entitiesWithin(a: Attribute, range: Range): Iterable<Entity> | undefined {
    const found = this.#base.entitiesWithin(a, range);
    return found && new Set([...found, ...this.#entitiesOf(a)]);
  }

  entities(): Iterable<Entity> {
    return new Set([...this.#base.entities(), ...this.#holding.keys()]);
  }

  estimate(a: Attribute, by: { value?: Json; range?: Range }, most: number): number {
    return this.#base.estimate(a, by, most) + this.#holding.size;
  }

  *datoms(match: { readonly e?: Entity; readonly a?: Attribute } = {}): IterableIterator<Datom> {
    for (const datom of this.#base.datoms(match)) {
      if (!this.#touches(datom.e, datom.a)) yield datom;
    }
    for (const [e, facts] of this.#holding) {
      if (match.e !== undefined && match.e !== e) continue;
      for (const a of new Set(facts.map((fact) => fact.a))) {
        if (match.a !== undefined && match.a !== a) continue;
        for (const v of this.values(e, a)) yield this.#datomOf(e, a, v);
      }
    }
  }

  history(e: Entity, a?: Attribute): readonly Datom[] {
    const own = this.#facts.flatMap((fact, position) =>
      fact.e === e && (a === undefined || fact.a === a) ? [this.#datom(fact, position)] : [],
    );
    return [...this.#base.history(e, a), ...own];
  }

  /** Of what the overlay says there is no transaction. */
  causes(e: Entity, a: Attribute): readonly Transaction[] {
    return this.#touches(e, a) ? [] : this.#base.causes(e, a);
  }

  #of(e: Entity, a: Attribute): readonly FactInput[] {
    return (this.#holding.get(e) ?? []).filter((fact) => fact.a === a);
  }

  #touches(e: Entity, a: Attribute): boolean {
    return this.#of(e, a).length > 0;
  }

  #entitiesOf(a: Attribute): readonly Entity[] {
    const all = [...this.#holding].filter(([, facts]) => facts.some((fact) => fact.a === a));
    return all.map(([e]) => e);
  }

  /** The datom that makes a value hold: the overlay's own, else the base's. */
  #datomOf(e: Entity, a: Attribute, value: Json): Datom {
    const text = canonicalize(value);
    const position = this.#facts.findLastIndex(
      (fact) => fact.e === e && fact.a === a && canonicalize(fact.v ?? null) === text,
    );
    const fact = this.#facts[position];
    if (fact !== undefined) return this.#datom(fact, position);
    for (const datom of this.#base.datoms({ e, a })) {
      if (canonicalize(datom.v) === text) return datom;
    }
    return this.#datom({ e, a, v: value }, 0);
  }

  #datom(
    { a, e, op = 'assert', v = null, validFrom, validTo }: FactInput,
    position: number,
  ): Datom {
    const begin = validFrom === 'always' ? undefined : (validFrom ?? this.valid);
    return {
      e,
      a,
      v,
      op,
      tx: NO_TRANSACTION,
      position,
      at: this.valid,
      ...(begin === undefined ? {} : { validFrom: begin }),
      ...(validTo === undefined ? {} : { validTo }),
    };
  }
}

const stated = (fact: FactInput | undefined): readonly Json[] =>
  fact?.v === undefined || fact.op === 'retract' ? [] : [fact.v];

const contains = ({ validFrom, validTo }: FactInput, valid: Micros): boolean =>
  (validFrom === undefined || validFrom === 'always' || validFrom <= valid) &&
  (validTo === undefined || valid < validTo);
