import { Worker } from 'node:worker_threads';
import { FluxError } from '../error.ts';
import type { Individual } from './individual.ts';
import { type GenerationReport, Island, type IslandOptions } from './island.ts';
import type { TargetCase } from './target.ts';

/** What an island did in one epoch; it stops at the generation that solves every case. */
export interface Epoch {
  readonly island: number;
  readonly reports: readonly GenerationReport[];
  readonly best: Individual;
  readonly isSolved: boolean;
}

/** Islands that breed apart from each other, here or in threads. */
export interface Archipelago {
  /** Breeds every island for so many generations. */
  readonly breed: (generations: number) => Promise<readonly Epoch[]>;
  readonly demand: (further: TargetCase) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Orders to the islands of one thread. */
export type Order =
  | { readonly kind: 'breed'; readonly generations: number }
  | { readonly kind: 'demand'; readonly further: TargetCase };

/** Carries out orders for some islands; the same in a thread and without. */
export class Islands {
  readonly #islands: readonly (readonly [number, Island])[];

  constructor(options: readonly IslandOptions[]) {
    this.#islands = options.map((each) => [each.island, new Island(each)]);
  }

  carryOut(order: Order): readonly Epoch[] {
    if (order.kind === 'demand') {
      for (const [, island] of this.#islands) island.demand(order.further);
      return [];
    }
    return this.#islands.map(([number, island]) => {
      const reports: GenerationReport[] = [];
      do reports.push(island.step());
      while (reports.length < order.generations && !island.isSolved);
      return { island: number, reports, best: island.best(), isSolved: island.isSolved };
    });
  }
}

/** Spreads islands over threads; with one thread they breed in this one. */
export function archipelago(options: readonly IslandOptions[], threads: number): Archipelago {
  if (threads <= 1) {
    const islands = new Islands(options);
    return {
      breed: async (generations) => islands.carryOut({ kind: 'breed', generations }),
      demand: async (further) => {
        islands.carryOut({ kind: 'demand', further });
      },
      close: async () => {},
    };
  }
  const count = Math.min(threads, options.length);
  const shares = Array.from({ length: count }, (_, at) =>
    options.filter((_, index) => index % count === at),
  );
  const workers = shares.map((share) => new IslandWorker(share));
  const all = async (order: Order): Promise<readonly Epoch[]> =>
    (await Promise.all(workers.map((worker) => worker.carryOut(order)))).flat();
  return {
    breed: async (generations) =>
      (await all({ kind: 'breed', generations })).toSorted((a, b) => a.island - b.island),
    demand: async (further) => {
      await all({ kind: 'demand', further });
    },
    close: async () => {
      await Promise.all(workers.map((worker) => worker.close()));
    },
  };
}

/** The source runs as it stands, a build has `.js` beside it. */
const workerFile = new URL(
  import.meta.url.endsWith('.ts') ? './island-thread.ts' : './island-thread.js',
  import.meta.url,
);

class IslandWorker {
  readonly #worker: Worker;

  constructor(share: readonly IslandOptions[]) {
    this.#worker = new Worker(workerFile, { workerData: share });
  }

  async carryOut(order: Order): Promise<readonly Epoch[]> {
    return new Promise((resolve, reject) => {
      const failed = (cause: unknown): void => reject(threadFailed(cause));
      this.#worker.once('error', failed);
      this.#worker.once('message', (epochs: readonly Epoch[]) => {
        this.#worker.off('error', failed);
        resolve(epochs);
      });
      this.#worker.postMessage(order);
    });
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }
}

const threadFailed = (cause: unknown): FluxError =>
  new FluxError({
    code: 'flux/evolve-thread',
    message: 'a thread of the search failed',
    hint: 'try again with --threads 1',
    cause,
  });
