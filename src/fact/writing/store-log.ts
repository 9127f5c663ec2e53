import type { Clock, Random, Sha256 } from '../../base/index.ts';
import { FactError } from '../error.ts';
import { documentsOf, type Untexted } from '../indexing/text-index.ts';
import type {
  Blobs,
  Branches,
  Column,
  Database,
  Entity,
  Erasure,
  FactInput,
  Leases,
  Log,
  Point,
  Projection,
  Row,
  SearchHit,
  Signer,
  SubjectKeys,
  TakeIn,
  Transaction,
  TransactionId,
  TransactOptions,
  TransactResult,
  Trust,
} from '../log.ts';
import { documentText, withSnippets } from '../reading/search.ts';
import { openBlobs } from '../sealing/blob-store.ts';
import {
  carryOutOrders,
  ERASURE_BLOB,
  type EraserOptions,
  inClear,
  orderFor,
} from '../sealing/erase.ts';
import { isOf, printKeys, readKeys, takeKeys } from '../sealing/key-exchange.ts';
import { takeIn } from '../taking-in/take-in.ts';
import { WRITER_TRUSTED } from '../trusting/trust.ts';
import { openBranches } from './branches.ts';
import { type LeaseTable, openLeases } from './leases.ts';
import { type Arrivals, FACTS_PER_STEP, type Store } from './store.ts';
import { homeOf } from './store-parts.ts';
import { transact } from './transact.ts';
import type { TransactionWriter } from './transaction-writer.ts';
import { type Outcome, WriteQueue } from './write-queue.ts';
import { writeSession } from './write-session.ts';

export interface StoreLogOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
}

interface Job {
  readonly facts: readonly FactInput[];
  readonly options: TransactOptions;
}

/** So many facts, at most, wait for one lock together. */
const GROUP_FACTS_MAX = 10_000;

/** Stated when keys leave this machine: from then on an erasure has to be ordered elsewhere too. */
const HANDED_OVER = Object.freeze({ e: 'keys:subjects', a: 'keys/exported', v: true });

/** The log over a store: the same for every kind of store. */
export class StoreLog implements Log {
  readonly clock: Clock;
  readonly blobs: Blobs;
  readonly #leases: LeaseTable;
  readonly #store: Store;
  readonly #random: Random;
  readonly #queue: WriteQueue<Job, TransactResult>;
  #tookIn: TakeIn = { arrived: [], conflicts: [], ahead: [], problems: [] };
  #isUnsynced = false;
  #closed = false;

  constructor({ store, clock, random }: StoreLogOptions) {
    this.clock = clock;
    this.blobs = openBlobs(store.vault);
    this.#leases = openLeases(store.local, clock);
    this.#store = store;
    this.#random = random;
    this.#queue = new WriteQueue({
      commit: (jobs) => this.#commit(jobs),
      sizeOf: ({ facts }) => 1 + facts.length,
      groupSizeMax: GROUP_FACTS_MAX,
    });
  }

  get branches(): Branches {
    return openBranches(this, this.#store.index);
  }

  get leases(): Leases {
    return this.#leases;
  }

  get tookIn(): TakeIn {
    return this.#tookIn;
  }

  get home(): TransactionId | undefined {
    return homeOf(this.#store);
  }

  get signer(): Signer | undefined {
    const key = this.#store.key();
    return key && { writer: key.writer, publicKey: key.publicKey, sign: key.signMessage };
  }

  get trust(): Trust {
    const rename = async (
      change: (named: ReadonlySet<string>) => ReadonlySet<string>,
    ): Promise<void> => {
      await this.#side(() => this.#store.trust.name(change));
      await this.#carryOutOrders();
    };
    return {
      writers: async () =>
        this.#store.index.heads().map(({ writer, seq, id, at }) => {
          return { writer, seq, id, at, trust: this.#store.trust.status(writer) };
        }),
      add: (writers) => rename((named) => named.union(new Set(writers))),
      remove: (writers) => rename((named) => named.difference(new Set(writers))),
    };
  }

  async transact(
    facts: readonly FactInput[],
    options: TransactOptions = {},
  ): Promise<TransactResult> {
    this.#mustBeOpen();
    return this.#queue.add({ facts, options });
  }

  async takeIn(): Promise<TakeIn> {
    this.#mustBeOpen();
    return this.makeKnown(await this.#store.readNew());
  }

  get keys(): SubjectKeys {
    const { vault } = this.#store;
    return {
      export: async (subjects) => {
        await this.transact([HANDED_OVER], { why: { source: 'keys' } });
        return printKeys((vault.cabinet?.all() ?? []).filter(isOf(subjects)));
      },
      import: (text) => this.#side(() => takeKeys(readKeys(text), this.#eraser())),
    };
  }

  async erase(
    subject: Entity,
    { by, why }: Pick<TransactOptions, 'by' | 'why'> = {},
  ): Promise<Erasure> {
    this.#mustBeOpen();
    const { index } = this.#store;
    const order = orderFor(subject, this.#eraser());
    const clear = inClear(subject, index);
    const blobs = order.flatMap(({ a, v }) => (a === ERASURE_BLOB ? [String(v)] : []));
    if (order.length === 0) return { outcome: 'cannot', blobs, clear };
    await this.transact(order, {
      ...(by === undefined ? {} : { by }),
      why: { source: 'erase', ...why },
    });
    await this.#carryOutOrders();
    const { e, a } = HANDED_OVER;
    const elsewhere =
      index.heads().length > 1 || index.view({}, this.clock.now()).get(e, a) === true;
    return { outcome: elsewhere ? 'ordered' : 'gone', blobs, clear };
  }

  /** Erases here what the log orders, and leaves no trace of it in the index file. */
  async #carryOutOrders(): Promise<void> {
    const { index, local, meta } = this.#store;
    if (index.readOnly) return;
    await this.#side(() => {
      if (carryOutOrders(this.#eraser())) meta.set('scrub', 'due');
    });
    if (meta.get('scrub') !== 'due') return;
    await local.scrub();
    await this.#side(() => meta.set('scrub', 'done'));
  }

  #eraser(): EraserOptions {
    const { index, sealed, vault } = this.#store;
    return { index, table: sealed, vault };
  }

  /** Makes known what has been read into the index; a copy that has written nothing just reads it. */
  async makeKnown({ arrived, problems }: Arrivals): Promise<TakeIn> {
    const { index } = this.#store;
    const known =
      this.#store.onlyLooks === true || index.pending().length === 0
        ? { arrived, conflicts: [], ahead: [] }
        : await this.#session(true, (writer) =>
            takeIn({ ...this.#store, writer }, this.clock.now()),
          );
    if (arrived.length > 0)
      this.#store.saw(new Map(index.heads().map((head) => [head.writer, head])));
    if (!index.readOnly) await this.#side(() => this.#store.trust.refresh());
    await this.#carryOutOrders();
    this.#tookIn = { ...known, problems };
    return this.#tookIn;
  }

  async sync(): Promise<void> {
    this.#mustBeOpen();
    await this.#queue.idle();
    await this.#store.local.locked(() => this.#store.sync());
    this.#isUnsynced = false;
  }

  async at(point: Point = {}): Promise<Database> {
    this.#mustBeOpen();
    this.#store.index.refresh();
    return this.#store.index.database(point, this.clock.now());
  }

  async transaction(id: TransactionId): Promise<Transaction | undefined> {
    this.#mustBeOpen();
    return this.#store.index.transaction(id);
  }

  async *transactions(
    options: {
      readonly after?: TransactionId;
      readonly known?: Point['known'];
      readonly branch?: string;
    } = {},
  ): AsyncIterable<Transaction> {
    this.#mustBeOpen();
    const { known, branch, ...from } = options;
    const seen = known === undefined ? undefined : await this.#seenAt({ known });
    for (const { id } of this.#store.index.order(from)) {
      const transaction = await this.transaction(id);
      if (transaction === undefined) continue;
      const isKnown = seen === undefined || transaction.seq <= (seen.get(transaction.writer) ?? 0);
      const isWanted = branch === undefined || transaction.branch === branch;
      if (isKnown && isWanted) yield transaction;
    }
  }

  /** How far each writer was known at a point. */
  async #seenAt(point: Point): Promise<ReadonlyMap<string, number>> {
    const { known } = await this.at(point);
    return known === undefined ? new Map() : this.#store.index.ancestry(known);
  }

  async search(
    text: string,
    options: Point & { readonly limit?: number } = {},
  ): Promise<readonly SearchHit[]> {
    this.#mustBeOpen();
    const { index } = this.#store;
    index.refresh();
    for (;;) {
      const transactions = index.untexted(FACTS_PER_STEP);
      if (transactions.length === 0) break;
      const documents = await this.#documents(transactions);
      await this.#side(() => index.addTexts(transactions, documents));
    }
    const { limit = 20, ...point } = options;
    const hits = index.search(text, point, { now: this.clock.now(), limit });
    return withSnippets(hits, text, this.blobs);
  }

  async query(
    projection: Projection,
    sql: string,
    parameters: readonly Column[] = [],
  ): Promise<readonly Row[]> {
    this.#mustBeOpen();
    const { index } = this.#store;
    index.refresh();
    let more = !index.isCaughtUp(projection);
    while (more) more = await this.#side(() => index.catchUp(projection, FACTS_PER_STEP));
    return index.query(sql, parameters);
  }

  /** Writes what follows from the log: under the lock, or in memory where only reading is possible. */
  async #side<T>(work: () => T): Promise<T> {
    const { index, local } = this.#store;
    const refreshed = (): T => {
      index.refresh();
      return work();
    };
    return index.readOnly ? refreshed() : local.locked(refreshed, () => index.forget());
  }

  async #documents(transactions: readonly Untexted[]): Promise<ReadonlyMap<Sha256, string>> {
    const texts = new Map<Sha256, string>();
    for (const hash of transactions.flatMap(({ transaction }) => documentsOf(transaction))) {
      const text = texts.has(hash) ? undefined : await documentText(this.blobs, hash);
      if (text !== undefined) texts.set(hash, text);
    }
    return texts;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#queue.idle();
    try {
      if (this.#isUnsynced) await this.#store.local.locked(() => this.#store.sync());
    } finally {
      this.#store.close();
    }
  }

  async #commit(jobs: readonly Job[]): Promise<readonly Outcome<TransactResult>[]> {
    const durable = jobs.some(({ options }) => options.durability !== 'later');
    this.#isUnsynced ||= !durable;
    return this.#session(durable, (writer) => {
      const outcomes = jobs.map((job) => this.#write(job, writer));
      const vouching = jobs.some(({ facts }) => facts.some(({ a }) => a === WRITER_TRUSTED));
      if (vouching) this.#store.trust.refresh();
      return outcomes;
    });
  }

  #session<Result>(durable: boolean, work: (writer: TransactionWriter) => Result): Promise<Result> {
    const [store, clock, random] = [this.#store, this.clock, this.#random];
    return writeSession({ store, clock, random, durable }, work);
  }

  #write({ facts, options }: Job, writer: TransactionWriter): Outcome<TransactResult> {
    try {
      if (options.fence !== undefined) this.#leases.check(options.fence);
      return { result: transact(facts, options, { ...this.#store, writer }) };
    } catch (error) {
      // A job that has reached the index cannot fail alone: the group is undone.
      if (writer.failed) throw error;
      return { error };
    }
  }

  #mustBeOpen(): void {
    if (!this.#closed) return;
    throw new FactError({
      code: 'fact/closed',
      message: 'this log is closed',
      hint: 'open it again',
      kind: 'usage',
    });
  }
}
