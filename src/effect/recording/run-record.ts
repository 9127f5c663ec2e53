import type { Json } from '../../base/index.ts';
import type {
  BlobRef,
  Database,
  Fence,
  Log,
  Precondition,
  TransactOptions,
  TransactResult,
} from '../../fact/index.ts';
import { EffectError } from '../error.ts';
import type { StepEnding } from '../handler.ts';
import { type Shelved, type Stored, shelveWritten, unshelve } from './shelf.ts';
import { attributes, type RecordedStep, readStep, runEntity } from './step-facts.ts';
import { refuseStrangers, strangersTo } from './strangers.ts';
import { type Entry, Unwritten } from './unwritten.ts';
import type { WrittenWhole } from './written.ts';

export interface RecordOptions {
  readonly log: Log;
  /** Names the run; recording the same name again resumes it. */
  readonly run: string;
  /** The principal the facts are written by. */
  readonly by?: string;
  readonly branch?: string;
  /** Of the run's lease: a process that lost it cannot write another step. */
  readonly fence?: Fence;
  /** Where large arguments and results live; `git` when absent, so that a clone can resume. */
  readonly keep?: BlobRef['keep'];
  /** What arguments, results and errors pass before they are hashed and written. */
  readonly redact?: (value: Json) => Json;
  /** Of a run that begins here: what its first transaction holds too. */
  readonly first?: Entry;
  /** What to do with a run whose last step failed: serve the failure, or try that step again. */
  readonly lastError?: 'serve' | 'retry';
}

const heldMax = 1000;

/** The record of one run: what an earlier process left of it, and the writing of what happens now. */
export class RunRecord {
  readonly run: string;
  readonly lastError: 'serve' | 'retry';
  readonly redact: (value: Json) => Json;
  readonly #options: RecordOptions;
  /** The log as it was when the record was opened; absent for a run that had not begun. */
  readonly #earlier: Database | undefined;
  readonly #unwritten = new Unwritten(() => this.#writeAll());
  /** Whose steps are not served; looked up with the first one. */
  #strangers: Promise<ReadonlySet<string>> | undefined;

  constructor(options: RecordOptions, earlier: Database | undefined) {
    this.run = options.run;
    this.lastError = options.lastError ?? 'serve';
    this.redact = options.redact ?? ((value) => value);
    this.#options = options;
    this.#earlier = earlier;
    if (earlier === undefined) {
      const begun = { e: runEntity(this.run), a: attributes.begun, v: true };
      this.#unwritten.add({ facts: [begun], blobs: [] });
      if (options.first !== undefined) this.#unwritten.add(options.first);
    }
  }

  /** True when an earlier process recorded a part of this run. */
  get resumed(): boolean {
    return this.#earlier !== undefined;
  }

  /** What is recorded of a step. Throws `effect/unknown-writer` for the word of a stranger. */
  async earlier(address: string): Promise<RecordedStep | undefined> {
    const database = this.#earlier;
    if (database === undefined) return undefined;
    const step = await readStep(database, this.run, address);
    if (step !== undefined) {
      const { log } = this.#options;
      this.#strangers ??= strangersTo(log);
      await refuseStrangers(log, {
        entity: step.entity,
        database,
        strangers: await this.#strangers,
      });
    }
    return step;
  }

  shelve(written: WrittenWhole): Promise<Shelved> {
    const { log, keep = 'git' } = this.#options;
    return shelveWritten(written, { blobs: log.blobs, keep });
  }

  unshelve(stored: Stored): Promise<Json> {
    return unshelve(stored, this.#options.log.blobs);
  }

  /** Keeps an entry for the next write; a run that only reads writes when there are many. */
  async hold(address: string, entry: Entry): Promise<void> {
    if (this.#unwritten.size < heldMax) this.#unwritten.add(entry);
    else await this.append(address, entry);
  }

  /** Keeps the result of an effect for the next write; by itself when the event loop turns first. */
  keepResult(entry: Entry, as: { readonly isCounted: boolean }): void {
    this.#unwritten.add({ ...entry, ...as, isResult: true });
  }

  /** Writes results that were kept: before something that may take long and has no intent. */
  async writeResults(): Promise<void> {
    if (this.#unwritten.holdsResult) await this.flush();
  }

  /** Writes results that others count with, before what they count is read. */
  async writeCounted(): Promise<void> {
    await this.#unwritten.idle();
    if (this.#unwritten.holdsCounted) await this.flush();
  }

  /** Writes an entry, and all that was held, without waiting for the disk. */
  append(address: string, entry: Entry): Promise<TransactResult> {
    return this.#write(address, entry, { durability: 'later' });
  }

  /** Writes and syncs an entry, and all that was held, when the conditions hold. */
  announce(
    address: string,
    entry: Entry,
    conditions: readonly Precondition[],
  ): Promise<TransactResult> {
    return this.#write(address, entry, { durability: 'now', if: conditions });
  }

  /** Lets somebody else's transaction hold an entry, and all that was held. */
  async writeWith(
    entry: Entry,
    write: (ending: StepEnding) => Promise<TransactResult>,
  ): Promise<TransactResult> {
    const held = this.#unwritten.take();
    const entries = [...held, entry];
    const { fence } = this.#options;
    let isWritten = false;
    try {
      const result = await write({
        facts: entries.flatMap(({ facts }) => facts),
        blobs: entries.flatMap(({ blobs }) => blobs),
        ...(fence === undefined ? {} : { fence }),
      });
      isWritten = result.ok;
      return result;
    } finally {
      if (!isWritten) this.#unwritten.putBack(held);
    }
  }

  /** Writes what was held, without waiting for the disk. */
  async flush(): Promise<void> {
    await this.#unwritten.idle();
    await this.#writeAll();
  }

  /** Writes what was held and makes the whole record durable. */
  async settle(): Promise<void> {
    await this.flush();
    await this.#options.log.sync();
  }

  async #writeAll(): Promise<void> {
    if (this.#unwritten.size > 0) await this.append('', { facts: [], blobs: [] });
  }

  async #write(address: string, entry: Entry, options: TransactOptions): Promise<TransactResult> {
    const held = this.#unwritten.take();
    const entries = [...held, entry];
    const { log, by, branch, fence } = this.#options;
    try {
      const result = await log.transact(
        entries.flatMap(({ facts }) => facts),
        {
          ...options,
          blobs: entries.flatMap(({ blobs }) => blobs),
          why: { run: this.run, ...(address === '' ? {} : { step: address }) },
          ...(by === undefined ? {} : { by }),
          ...(branch === undefined ? {} : { branch }),
          ...(fence === undefined ? {} : { fence }),
        },
      );
      if (!result.ok) this.#unwritten.putBack(held);
      return result;
    } catch (cause) {
      this.#unwritten.putBack(held);
      throw notWritten({ run: this.run, address, cause });
    }
  }
}

function notWritten(of: { run: string; address: string; cause: unknown }): EffectError {
  const step = of.address === '' ? 'the end' : `step ${of.address}`;
  return new EffectError({
    code: 'effect/not-recorded',
    message: `${step} of run ${of.run} could not be written to the log`,
    hint: 'see the cause; when the log can be written again, resume the run',
    data: { run: of.run, step: of.address },
    cause: of.cause,
  });
}
