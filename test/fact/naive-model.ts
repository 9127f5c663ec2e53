import { canonicalize, type Json, type Micros } from '../../src/base/index.ts';
import type { Fact, TransactionId } from '../../src/fact/index.ts';
import type { Written } from './scripted-writer.ts';

/** One operation of the naive model. */
interface Operation {
  readonly fact: Fact;
  readonly tx: Written;
  readonly position: number;
}

export interface NaivePoint {
  readonly known?: Micros | TransactionId;
  readonly valid: Micros;
  readonly branch?: string;
}

/**
 * The meaning of a read, by brute force over all operations: no index, no cleverness. What the index
 * answers must equal what this answers.
 */
export class NaiveModel {
  readonly #transactions: readonly Written[];
  readonly #byId: ReadonlyMap<TransactionId, Written>;
  /** The home's line, newest last: its writer's chain, before it that of the greatest parent, and so on. */
  readonly #line: readonly Written[];
  /** A home that has written nothing yet sees everything it has. */
  readonly #isReader: boolean;

  constructor(transactions: readonly Written[], own: string | undefined) {
    this.#transactions = transactions;
    this.#byId = new Map(transactions.map((tx) => [tx.id, tx]));
    const newest = (candidates: readonly Written[]) => [...candidates].sort(byOrder).at(-1);
    const mine = transactions.filter(({ writer }) => writer === own);
    this.#isReader = mine.length === 0;
    const line: Written[] = [];
    let next = newest(mine.length === 0 ? transactions : mine);
    while (next !== undefined) {
      line.unshift(next);
      const { parents, prev } = next;
      next = prev === undefined ? newest(parents.map((id) => this.#get(id))) : this.#get(prev);
    }
    this.#line = line;
  }

  get(e: string, a: string, point: NaivePoint): Json | undefined {
    const known = this.#known(point.known);
    const operations = this.#visible(known, point.branch).filter(
      ({ fact }) => fact.e === e && fact.a === a,
    );
    const holding = operations.filter(({ fact, tx }) => contains(fact, tx.at, point.valid));
    if (!this.#isMany(a, known)) {
      const last = holding.at(-1)?.fact;
      return last === undefined || last.op === 'retract' ? undefined : last.v;
    }
    const values = new Map<string, Fact>();
    for (const { fact } of holding) {
      if (fact.v !== undefined) values.set(canonicalize(fact.v), fact);
    }
    const texts = [...values].filter(([, { op }]) => op !== 'retract').map(([text]) => text);
    return texts.length === 0 ? undefined : texts.sort().map((text) => JSON.parse(text) as Json);
  }

  /** Every operation on an entity known at a point, as `tx position`, oldest first. */
  history(e: string, point: NaivePoint): readonly string[] {
    return this.#visible(this.#known(point.known), point.branch)
      .filter(({ fact }) => fact.e === e)
      .map(({ position, tx }) => `${tx.id} ${position}`);
  }

  ancestry(id: TransactionId): ReadonlySet<TransactionId> {
    const seen = new Set<TransactionId>();
    const queue = [id];
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      if (seen.has(next)) continue;
      seen.add(next);
      const { parents, prev } = this.#get(next);
      queue.push(...parents, ...(prev === undefined ? [] : [prev]));
    }
    return seen;
  }

  #known(known: NaivePoint['known']): ReadonlySet<TransactionId> {
    const last = this.#line.at(-1);
    if (typeof known === 'string') return this.ancestry(known);
    if (this.#isReader && (known === undefined || last === undefined || last.at <= known)) {
      return new Set(this.#byId.keys());
    }
    const head = known === undefined ? last : this.#line.findLast(({ at }) => at <= known);
    return head === undefined ? new Set() : this.ancestry(head.id);
  }

  /** Operations in order: of the main branch, or of a branch and its base. */
  #visible(known: ReadonlySet<TransactionId>, branch: string | undefined): readonly Operation[] {
    const transactions = this.#transactions.filter(({ id }) => known.has(id)).sort(byOrder);
    const of = (name: string | undefined, within: ReadonlySet<TransactionId>): Operation[] =>
      transactions
        .filter((tx) => tx.branch === name && within.has(tx.id))
        .flatMap((tx) => tx.facts.map((fact, position) => ({ fact, tx, position })));
    const first = transactions.find((tx) => branch !== undefined && tx.branch === branch);
    if (first === undefined) return of(undefined, known);
    const base = of(undefined, this.ancestry(first.id));
    const newer = of(branch, known);
    // What the branch says is newer than all of its base.
    return [...base, ...newer];
  }

  /** The oldest declaration decides, in order `(at, id, position)`. */
  #isMany(a: string, known: ReadonlySet<TransactionId>): boolean {
    const declared = this.#visible(known, undefined).find(
      ({ fact }) => fact.e === `attr:${a}` && fact.a === 'attribute/cardinality',
    );
    return declared?.fact.v === 'many';
  }

  #get(id: TransactionId): Written {
    const found = this.#byId.get(id);
    if (found === undefined) throw new RangeError(`no transaction ${id}`);
    return found;
  }
}

const byOrder = (one: Written, other: Written): number =>
  one.at - other.at || (one.id < other.id ? -1 : 1);

const contains = ({ validFrom, validTo }: Fact, at: Micros, valid: Micros): boolean =>
  (validFrom === 'always' || (validFrom ?? at) <= valid) &&
  (validTo === undefined || valid < validTo);
