import { setImmediate } from 'node:timers/promises';

/** What became of one job of a group. */
export type Outcome<Result> = { readonly result: Result } | { readonly error: unknown };

interface Waiting<Job, Result> {
  readonly job: Job;
  readonly size: number;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

export interface WriteQueueOptions<Job, Result> {
  /** Carries out a group, or fails it whole. */
  readonly commit: (jobs: readonly Job[]) => Promise<readonly Outcome<Result>[]>;
  readonly sizeOf: (job: Job) => number;
  readonly groupSizeMax: number;
}

/** So much is written, in units of size, before the event loop turns. */
const SIZE_PER_TURN = 32;

/** Collects jobs while a group is under way, so that those that wait share one lock and one sync. */
export class WriteQueue<Job, Result> {
  readonly #options: WriteQueueOptions<Job, Result>;
  #waiting: Waiting<Job, Result>[] = [];
  /** What may still be written before the event loop turns, in units of size. */
  #left = 0;
  #running: Promise<void> | undefined;

  constructor(options: WriteQueueOptions<Job, Result>) {
    this.#options = options;
  }

  add(job: Job): Promise<Result> {
    const size = this.#options.sizeOf(job);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ job, size, resolve, reject });
      this.#running ??= this.#run();
    });
  }

  /** Whether anything waits or is under way. */
  get isBusy(): boolean {
    return this.#running !== undefined;
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      await this.#gather();
      await this.#commit(this.#takeGroup());
    }
    this.#running = undefined;
  }

  /**
   * Waits until all that can run now has run, so that what it asks for joins the group; now and then
   * the event loop turns as well, for a turn costs a small write a twentieth.
   */
  async #gather(): Promise<void> {
    if (this.#left > 0) return new Promise((resolve) => process.nextTick(resolve));
    this.#left = SIZE_PER_TURN;
    return setImmediate();
  }

  async #commit(group: readonly Waiting<Job, Result>[]): Promise<void> {
    try {
      const outcomes = await this.#options.commit(group.map(({ job }) => job));
      group.forEach(({ resolve, reject }, at) => {
        const outcome = outcomes[at];
        if (outcome !== undefined && 'result' in outcome) resolve(outcome.result);
        else reject(outcome?.error);
      });
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
  }

  #takeGroup(): readonly Waiting<Job, Result>[] {
    let count = 0;
    let size = 0;
    while (count < this.#waiting.length && (count === 0 || size < this.#options.groupSizeMax)) {
      size += this.#waiting[count]?.size ?? 0;
      count += 1;
    }
    this.#left -= size;
    return this.#waiting.splice(0, count);
  }
}
