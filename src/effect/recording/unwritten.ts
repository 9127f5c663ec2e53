import type { BlobRef, FactInput } from '../../fact/index.ts';

/** What is written together: facts and the blobs they name. */
export interface Entry {
  readonly facts: readonly FactInput[];
  readonly blobs: readonly BlobRef[];
}

/** An entry that waits to be written. */
export interface Waiting extends Entry {
  /** The result of an effect, which does not wait for long. */
  readonly isResult?: boolean;
  /** Others count with it: it says what was spent. */
  readonly isCounted?: boolean;
}

/** What has happened in a run and is not written yet, in that order: it goes with the next write. */
export class Unwritten {
  readonly #write: () => Promise<unknown>;
  #entries: Waiting[] = [];
  #overdue: NodeJS.Immediate | undefined;
  /** The writing of what was overdue. */
  #writing: Promise<unknown> = Promise.resolve();

  /** `write` writes all of it by itself. */
  constructor(write: () => Promise<unknown>) {
    this.#write = write;
  }

  get size(): number {
    return this.#entries.length;
  }

  get holdsResult(): boolean {
    return this.#entries.some(({ isResult }) => isResult);
  }

  get holdsCounted(): boolean {
    return this.#entries.some(({ isCounted }) => isCounted);
  }

  /**
   * Adds an entry. After a result the run mostly goes on to its next intent at once, and both are one
   * transaction; when the event loop turns first, the result is written by itself.
   */
  add(entry: Waiting): void {
    this.#entries.push(entry);
    if (entry.isResult !== true) return;
    // What cannot be written now stays, and the next write of the run fails with it.
    this.#overdue ??= setImmediate(() => {
      this.#writing = this.#write().catch(() => undefined);
    });
  }

  /** Waits for what is being written because it was overdue: it is here again where that fails. */
  async idle(): Promise<void> {
    await this.#writing;
  }

  /** All of it, to be written; what then is not written comes back by {@link putBack}. */
  take(): readonly Waiting[] {
    clearImmediate(this.#overdue);
    this.#overdue = undefined;
    const taken = this.#entries;
    this.#entries = [];
    return taken;
  }

  putBack(entries: readonly Waiting[]): void {
    this.#entries = [...entries, ...this.#entries];
  }
}
