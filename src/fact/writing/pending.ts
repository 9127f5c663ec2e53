import type { Micros } from '../../base/index.ts';
import type { FactIndex } from '../fact-index.ts';
import { type Cell, encodeCell, sameCell } from '../indexing/cell.ts';
import type { FactInput } from '../log.ts';
import { enterIndex, type OwnTransaction } from './own-transaction.ts';
import type { Store } from './store.ts';

/** So many transactions, or facts of them, wait at most; bringing them takes about 3 ms. */
const TRANSACTIONS_MAX = 128;
const FACTS_MAX = 512;

/**
 * Own transactions that are durable in the log and that the index does not have yet. Only this process
 * knows them, so it brings them before anything is read. If it dies first they are what any process
 * leaves that dies while writing: lines beyond the mark, which whoever looks next takes in.
 */
export class Pending {
  readonly #store: Pick<Store, 'index' | 'indexed'>;
  #list: OwnTransaction[] = [];
  #facts = 0;
  /** What they leave on each slot; `undefined` when it has to be gathered again. */
  #said: Map<string, Cell | undefined> | undefined;

  constructor(store: Pick<Store, 'index' | 'indexed'>) {
    this.#store = store;
  }

  get count(): number {
    return this.#list.length;
  }

  get isEmpty(): boolean {
    return this.#list.length === 0;
  }

  get isFull(): boolean {
    return this.#list.length >= TRANSACTIONS_MAX || this.#facts >= FACTS_MAX;
  }

  /** The newest of them. */
  get head(): OwnTransaction | undefined {
    return this.#list.at(-1);
  }

  add(transaction: OwnTransaction): void {
    this.#list.push(transaction);
    this.#facts += transaction.facts.length;
    if (this.#said !== undefined) note(this.#said, transaction);
  }

  /** Keeps the first so many, as there were before a failure. */
  cut(count: number): void {
    if (count < this.#list.length) this.#keep(this.#list.slice(0, count));
  }

  /** Drops those the index has; while it is as it was committed. */
  settle(): void {
    const missing = this.#missing();
    if (missing.length < this.#list.length) this.#keep([...missing]);
  }

  /** Takes all of them into the index; under the lock. They stay here until that is committed. */
  bring(): void {
    const missing = this.#missing();
    if (missing.length === 0) return;
    enterIndex(this.#store.index, missing);
    this.#store.indexed();
  }

  /** As {@link FactIndex.changing}, of plain facts, when the index has all of them. */
  changing<F extends FactInput>(facts: readonly F[], on: { readonly at: Micros }): F[] {
    const { index } = this.#store;
    if (this.isEmpty) return index.changing(facts, on);
    const said = this.#gathered();
    const others = facts.filter((fact) => !said.has(slotOf(fact)));
    const changing = others.length === 0 ? others : index.changing(others, on);
    if (others.length === facts.length) return [...changing];
    const among = new Set(changing);
    return facts.filter((fact) => {
      const slot = slotOf(fact);
      return said.has(slot) ? !isSame(said.get(slot), cellOf(fact)) : among.has(fact);
    });
  }

  #keep(list: OwnTransaction[]): void {
    this.#list = list;
    this.#facts = list.reduce((count, { facts }) => count + facts.length, 0);
    this.#said = undefined;
  }

  #missing(): readonly OwnTransaction[] {
    const [first] = this.#list;
    if (first === undefined) return this.#list;
    const seq = this.#store.index.chains.length(first.writer);
    return seq < first.seq ? this.#list : this.#list.filter((each) => each.seq > seq);
  }

  #gathered(): Map<string, Cell | undefined> {
    if (this.#said !== undefined) return this.#said;
    const said = new Map<string, Cell | undefined>();
    for (const transaction of this.#list) note(said, transaction);
    this.#said = said;
    return said;
  }
}

function note(said: Map<string, Cell | undefined>, { facts }: OwnTransaction): void {
  for (const fact of facts) said.set(slotOf(fact), cellOf(fact));
}

const slotOf = ({ a, e }: FactInput): string => `${e}\n${a}`;

const cellOf = ({ op, v }: FactInput): Cell | undefined =>
  op === 'retract' || v === undefined ? undefined : encodeCell(v);

const isSame = (one: Cell | undefined, other: Cell | undefined): boolean =>
  one === undefined || other === undefined ? one === other : sameCell(one, other);
