import { type Clock, DatumError, type Random } from '../../base/index.ts';
import type { FactInput, Transaction, TransactOptions, TransactResult } from '../log.ts';
import { WRITER_TRUSTED } from '../trusting/trust.ts';
import type { KeptReads } from './kept-reads.ts';
import type { LeaseTable } from './leases.ts';
import { mayLag } from './may-lag.ts';
import type { Pending } from './pending.ts';
import type { SideWork } from './side-work.ts';
import type { Store } from './store.ts';
import { transact } from './transact.ts';
import type { TransactionWriter } from './transaction-writer.ts';
import { type Outcome, WriteQueue } from './write-queue.ts';
import { notIndexed, notSynced, writeSession } from './write-session.ts';

export interface LogWritesOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly leases: LeaseTable;
  /** What follows what is written. */
  readonly kept: KeptReads;
  /** What was written and the index does not have yet. */
  readonly pending: Pending;
  readonly side: SideWork;
}

interface Job {
  readonly facts: readonly FactInput[];
  readonly options: TransactOptions;
}

/** So many facts, at most, wait for one lock together. */
const GROUP_FACTS_MAX = 10_000;

/** What a log writes: in groups, each under one lock, and until when it is durable. */
export class LogWrites {
  readonly #options: LogWritesOptions;
  readonly #queue: WriteQueue<Job, TransactResult>;
  #isUnsynced = false;
  /** Whether something was written and nothing read since. */
  #isStreak = false;
  /** Whether the end of the streak is being waited for. */
  #isWaiting = false;

  constructor(options: LogWritesOptions) {
    this.#options = options;
    this.#queue = new WriteQueue({
      commit: (jobs) => this.#commit(jobs).finally(() => this.#waitForIdle()),
      sizeOf: ({ facts }) => 1 + facts.length,
      groupSizeMax: GROUP_FACTS_MAX,
    });
  }

  transact(facts: readonly FactInput[], options: TransactOptions): Promise<TransactResult> {
    return this.#queue.add({ facts, options });
  }

  /** Has the index catch up with what was acknowledged, before it is read. */
  async bring(): Promise<void> {
    this.#isStreak = false;
    const { pending, side, store } = this.#options;
    store.index.refresh();
    pending.settle();
    if (pending.isEmpty && !store.isBehind()) return;
    await side(() => {}).catch((error: unknown) => {
      throw error instanceof DatumError ? error : notIndexed(error);
    });
  }

  /** Lets `work` write something of its own, durably. */
  session<Result>(work: (writer: TransactionWriter) => Result): Promise<Result> {
    return writeSession({ ...this.#options, durable: true }, work);
  }

  /** Waits for what is being written and makes all durable; throws `fact/not-synced`. */
  async sync(): Promise<void> {
    await this.#queue.idle();
    if (!this.#isUnsynced) return;
    const { store } = this.#options;
    await store.local
      .locked(() => store.sync())
      .catch((error: unknown) => {
        throw error instanceof DatumError ? error : notSynced(error);
      });
    this.#isUnsynced = false;
  }

  /** Before the log is closed: all is durable and in the index. */
  async end(): Promise<void> {
    await this.sync();
    if (!this.#options.pending.isEmpty) await this.bring();
  }

  async #commit(jobs: readonly Job[]): Promise<readonly Outcome<TransactResult>[]> {
    const durable = jobs.some(({ options }) => options.durability !== 'later');
    this.#isUnsynced ||= !durable;
    const { kept, store } = this.#options;
    let written: readonly Transaction[] | undefined;
    const { index } = store;
    const lags = (): boolean =>
      this.#isStreak && jobs.every(({ facts, options }) => mayLag(facts, options, index));
    const session = { ...this.#options, durable, mayLag: lags };
    const done = await writeSession(session, (writer) => {
      const outcomes = jobs.map((job) => this.#write(job, writer));
      const vouching = jobs.some(({ facts }) => facts.some(({ a }) => a === WRITER_TRUSTED));
      if (vouching) store.trust.refresh();
      if (writer.newest !== undefined) written = kept.isEmpty ? [] : writer.transactions;
      return outcomes;
    });
    // One sync makes all that was written before it durable too.
    if (durable && written !== undefined) this.#isUnsynced = false;
    kept.fold(written ?? []);
    this.#isStreak ||= written !== undefined;
    return done;
  }

  /** Lets what is pending be brought once the event loop has turned and nothing waits to be written. */
  #waitForIdle(): void {
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    setImmediate(() => this.#endStreak());
  }

  async #endStreak(): Promise<void> {
    this.#isWaiting = false;
    // The group that is under way waits for the next turn when it is done.
    if (this.#queue.isBusy) return;
    this.#isStreak = false;
    // What cannot be brought now is tried again, and reported, when it is needed; the log has it.
    if (!this.#options.pending.isEmpty) await this.bring().catch(() => {});
  }

  #write({ facts, options }: Job, writer: TransactionWriter): Outcome<TransactResult> {
    const { leases, store } = this.#options;
    const { index, vault } = store;
    try {
      if (options.fence !== undefined) leases.check(options.fence);
      return { result: transact(facts, options, { index, vault, writer }) };
    } catch (error) {
      // A job that has reached the index cannot fail alone: the group is undone.
      if (writer.failed) throw error;
      return { error };
    }
  }
}
