import type { FactIndex } from '../fact-index.ts';
import type { Attribute, Database, Fact, KeptRead, Transaction, TransactionId } from '../log.ts';
import { ViewDatabase } from '../reading/view-database.ts';

/** More answers are not kept; the one asked for least recently goes. */
const KEPT_MAX = 1_000;

/** The answers of kept reads at the newest transaction this process knows of. */
export class KeptReads {
  readonly #index: FactIndex;
  readonly #states = new Map<KeptRead<unknown>, unknown>();
  /** All answers are those of this transaction. */
  #known: TransactionId | undefined;

  constructor(index: FactIndex) {
    this.#index = index;
  }

  /** The answer at a point: the kept one at the head as it is now, else read from there. */
  async of<State>(read: KeptRead<State>, database: Database): Promise<State> {
    if (!this.#isHead(database) || !read.attributes.every((each) => this.#isPlain(each))) {
      return read.read(database);
    }
    const { known } = database;
    if (this.#known !== known) this.#states.clear();
    this.#known = known;
    const found = this.#states.get(read) as State | undefined;
    const state = found ?? (await read.read(database));
    // What was written while it was read is not in it.
    if (this.#known === known) this.#keep(read, state);
    return state;
  }

  /** Whether nothing is kept that could follow what is written. */
  get isEmpty(): boolean {
    return this.#states.size === 0;
  }

  /** Folds transactions on that this process has written, in their order. */
  fold(transactions: readonly Transaction[]): void {
    for (const transaction of transactions) this.#fold(transaction);
  }

  #fold({ branch, facts, id, parents, prev }: Transaction): void {
    if (prev !== this.#known || parents.length > 0) this.#states.clear();
    this.#known = id;
    if (branch !== undefined || this.#states.size === 0) return;
    const said = new Set(facts.map(({ a }) => a));
    for (const [read, state] of this.#states) {
      if (!read.attributes.some((each) => said.has(each))) continue;
      const own = facts.filter(({ a }) => read.attributes.includes(a));
      const next = own.every(isOpen) ? read.fold(state, own) : undefined;
      if (next === undefined) this.#states.delete(read);
      else this.#states.set(read, next);
    }
  }

  #keep(read: KeptRead<unknown>, state: unknown): void {
    this.#states.delete(read);
    this.#states.set(read, state);
    const [oldest] = this.#states.keys();
    if (this.#states.size > KEPT_MAX && oldest !== undefined) this.#states.delete(oldest);
  }

  /** A read of everything known, as the log stands now. */
  #isHead(database: Database): boolean {
    if (!(database instanceof ViewDatabase) || !database.isStored) return false;
    if (database.branch !== undefined || database.known === undefined) return false;
    const { chains } = this.#index;
    return database.known === chains.known() && database.valid >= chains.at();
  }

  /** One value at a time, true from when it was written until the next: the same for all who read it. */
  #isPlain(attribute: Attribute): boolean {
    const { guarded, private: isPrivate } = this.#index.declaration(attribute);
    return !guarded && !isPrivate && this.#index.isPlain(attribute);
  }
}

const isOpen = ({ validFrom, validTo }: Fact): boolean =>
  validFrom === undefined && validTo === undefined;
