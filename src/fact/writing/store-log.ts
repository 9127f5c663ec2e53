import type { Clock, Random } from '../../base/index.ts';
import { FactError } from '../error.ts';
import type {
  Blobs,
  Branches,
  Column,
  Database,
  Entity,
  Erasure,
  FactInput,
  KeptRead,
  Leases,
  Log,
  Point,
  Projection,
  Row,
  SearchHit,
  SearchOptions,
  Signer,
  SubjectKeys,
  TakeIn,
  Transaction,
  TransactionId,
  TransactOptions,
  TransactResult,
  Trust,
} from '../log.ts';
import { openBlobs } from '../sealing/blob-store.ts';
import { takeIn } from '../taking-in/take-in.ts';
import { openBranches } from './branches.ts';
import { KeptReads } from './kept-reads.ts';
import { type LeaseTable, openLeases } from './leases.ts';
import { LogWrites } from './log-writes.ts';
import { Pending } from './pending.ts';
import { PrivateValues } from './private-values.ts';
import { type SideWork, sideWorkOn } from './side-work.ts';
import { type Arrivals, FACTS_PER_STEP, type Store } from './store.ts';
import { homeOf } from './store-parts.ts';
import { searchWords } from './word-search.ts';

export interface StoreLogOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
}

/** The log over a store: the same for every kind of store. */
export class StoreLog implements Log {
  readonly clock: Clock;
  readonly blobs: Blobs;
  readonly #leases: LeaseTable;
  readonly #store: Store;
  readonly #side: SideWork;
  readonly #private: PrivateValues;
  readonly #kept: KeptReads;
  readonly #writes: LogWrites;
  #tookIn: TakeIn = { arrived: [], conflicts: [], ahead: [], problems: [] };
  #closed = false;

  constructor({ store, clock, random }: StoreLogOptions) {
    this.clock = clock;
    this.blobs = openBlobs(store.vault);
    this.#leases = openLeases(store.local, clock);
    this.#store = store;
    const pending = new Pending(store);
    this.#side = sideWorkOn(store, pending);
    this.#kept = new KeptReads(store.index);
    this.#private = new PrivateValues({ log: this, store, side: this.#side });
    this.#writes = new LogWrites({
      store,
      clock,
      random,
      leases: this.#leases,
      kept: this.#kept,
      pending,
      side: this.#side,
    });
  }

  get branches(): Branches {
    const bring = (): Promise<void> => this.#writes.bring();
    return openBranches(this, { bring, index: this.#store.index });
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
      await this.#private.carryOutOrders();
    };
    return {
      writers: async () => {
        await this.#writes.bring();
        return this.#store.index.chains.heads().map(({ writer, seq, id, at }) => {
          return { writer, seq, id, at, trust: this.#store.trust.status(writer) };
        });
      },
      add: (writers) => rename((named) => named.union(new Set(writers))),
      remove: (writers) => rename((named) => named.difference(new Set(writers))),
    };
  }

  async transact(
    facts: readonly FactInput[],
    options: TransactOptions = {},
  ): Promise<TransactResult> {
    this.#mustBeOpen();
    return this.#writes.transact(facts, options);
  }

  async takeIn(): Promise<TakeIn> {
    await this.#catchUp();
    return this.makeKnown(await this.#store.readNew());
  }

  get keys(): SubjectKeys {
    return this.#private.keys;
  }

  async erase(
    subject: Entity,
    options: Pick<TransactOptions, 'by' | 'why'> = {},
  ): Promise<Erasure> {
    await this.#catchUp();
    return this.#private.erase(subject, options);
  }

  /** Makes known what has been read into the index; a copy that has written nothing just reads it. */
  async makeKnown({ arrived, problems }: Arrivals): Promise<TakeIn> {
    const { index } = this.#store;
    const known =
      this.#store.onlyLooks === true || index.chains.pending().length === 0
        ? { arrived, conflicts: [], ahead: [] }
        : await this.#writes.session((writer) =>
            takeIn({ ...this.#store, writer }, this.clock.now()),
          );
    if (arrived.length > 0)
      this.#store.saw(new Map(index.chains.heads().map((head) => [head.writer, head])));
    if (!index.readOnly) await this.#side(() => this.#store.trust.refresh());
    await this.#private.carryOutOrders();
    this.#tookIn = { ...known, problems };
    return this.#tookIn;
  }

  async sync(): Promise<void> {
    this.#mustBeOpen();
    await this.#writes.sync();
  }

  async at(point: Point = {}): Promise<Database> {
    await this.#catchUp();
    return this.#store.index.database(point, this.clock.now());
  }

  async transaction(id: TransactionId): Promise<Transaction | undefined> {
    await this.#catchUp();
    return this.#store.index.transaction(id);
  }

  async *transactions(
    options: {
      readonly after?: TransactionId;
      readonly known?: Point['known'];
      readonly branch?: string;
    } = {},
  ): AsyncIterable<Transaction> {
    await this.#catchUp();
    const { index } = this.#store;
    const { known, branch, ...from } = options;
    const seen = known === undefined ? undefined : await this.#seenAt({ known });
    for (const { id } of index.chains.order(from)) {
      this.#mustBeOpen();
      const transaction = index.transaction(id);
      if (transaction === undefined) continue;
      const isKnown = seen === undefined || transaction.seq <= (seen.get(transaction.writer) ?? 0);
      const isWanted = branch === undefined || transaction.branch === branch;
      if (isKnown && isWanted) yield transaction;
    }
  }

  /** How far each writer was known at a point. */
  async #seenAt(point: Point): Promise<ReadonlyMap<string, number>> {
    const { known } = await this.at(point);
    return known === undefined ? new Map() : this.#store.index.chains.ancestry(known);
  }

  async search(text: string, options: SearchOptions = {}): Promise<readonly SearchHit[]> {
    await this.#catchUp();
    return searchWords(text, options, { log: this, store: this.#store, side: this.#side });
  }

  async query(
    projection: Projection,
    sql: string,
    parameters: readonly Column[] = [],
  ): Promise<readonly Row[]> {
    await this.#catchUp();
    const { index } = this.#store;
    const { projections } = index;
    let more = !projections.isCaughtUp(projection);
    while (more) more = await this.#side(() => projections.catchUp(projection, FACTS_PER_STEP));
    return projections.query(sql, parameters);
  }

  async kept<State>(read: KeptRead<State>, database: Database): Promise<State> {
    await this.#catchUp();
    return this.#kept.of(read, database);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    try {
      await this.#writes.end();
    } finally {
      this.#store.close();
    }
  }

  /** Before anything is read: what was acknowledged is there to be read. */
  async #catchUp(): Promise<void> {
    this.#mustBeOpen();
    await this.#writes.bring();
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
