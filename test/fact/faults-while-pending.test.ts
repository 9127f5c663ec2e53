import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { type Disk, manualClock, seededRandom } from '../../src/base/index.ts';
import { FactIndex } from '../../src/fact/fact-index.ts';
import { type FactInput, type Log, openLog } from '../../src/fact/index.ts';
import { faultyDisk } from './faulty-disk.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** Calls that fail once: of the disk, and the index's own. */
const FAULTS = ['write', 'syncData', 'open', 'apply'] as const;

interface Say {
  readonly who: number;
  /** So many transactions, one after another. */
  readonly say: number;
  /** Before the last of them the other one takes a lease, so that the index is not as it was left. */
  readonly lease: boolean;
  /** In the last of them this fails. */
  readonly fault: (typeof FAULTS)[number] | undefined;
}

interface Does {
  readonly who: number;
  readonly does: 'read' | 'take in' | 'open again' | 'turn';
}

const who = fc.nat(1);
const move: fc.Arbitrary<Say | Does> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      who,
      say: fc.integer({ min: 1, max: 4 }),
      lease: fc.boolean(),
      fault: fc.constantFrom(undefined, ...FAULTS),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      who,
      does: fc.constantFrom(...(['read', 'read', 'take in', 'open again', 'turn'] as const)),
    }),
  },
);

const said = (v: number): FactInput => ({ e: 'agent:one', a: 'agent/step', v });

/** Two openings of one home, in which now and then one call fails. */
class Failing {
  readonly #home = temporaryFolder();
  readonly #disk: Disk;
  /** What the log has, in order, as far as it was acknowledged. */
  readonly #said: number[] = [];
  #next = 0;
  #fault: (typeof FAULTS)[number] | undefined;
  #logs: Log[] = [];

  constructor() {
    const faulty = faultyDisk((call) => {
      if (call !== this.#fault) return 'ok';
      this.#fault = undefined;
      return 'half';
    });
    this.#disk = {
      ...faulty,
      open: (path, ...rest) => {
        if (this.#fault === 'open' && path.endsWith('.jsonl')) {
          this.#fault = undefined;
          throw new Error('EMFILE: too many open files');
        }
        return faulty.open(path, ...rest);
      },
    };
  }

  #open(): Promise<Log> {
    const env = { DATUM_STATE: join(this.#home, 'state') };
    const world = { clock: manualClock(1), random: seededRandom(this.#home), disk: this.#disk };
    return openLog({ home: this.#home, env, ...world });
  }

  async play(moves: readonly (Say | Does)[]): Promise<void> {
    const real = FactIndex.prototype.apply;
    const apply = (transactions: Parameters<typeof real>[0], index: FactIndex): void => {
      const fails = this.#fault === 'apply';
      if (fails) this.#fault = undefined;
      if (fails) throw new Error('database or disk is full');
      real.call(index, transactions);
    };
    const spy = vi.spyOn(FactIndex.prototype, 'apply').mockImplementation(function (
      this: FactIndex,
      transactions,
    ) {
      apply(transactions, this);
    });
    try {
      this.#logs = [await this.#open(), await this.#open()];
      for (const each of moves) await ('say' in each ? this.#say(each) : this.#do(each));
      await this.#compare();
      for (const log of this.#logs) await log.close();
      await this.#makeIndexAgain();
    } finally {
      spy.mockRestore();
      rmSync(this.#home, { recursive: true });
    }
  }

  async #say({ fault, lease, say, who: one }: Say): Promise<void> {
    for (let left = say; left > 0; left -= 1) {
      const isLast = left === 1;
      if (isLast && lease) {
        await this.#logs[1 - one]?.leases.acquire('a', { holder: 'b', ttlMillis: 1 });
      }
      if (isLast) this.#fault = fault;
      this.#next += 1;
      const v = this.#next;
      const isWritten = await this.#logs[one]?.transact([said(v)]).then(
        () => true,
        () => false,
      );
      if (isWritten) this.#said.push(v);
      this.#fault = undefined;
    }
  }

  async #do({ does, who: one }: Does): Promise<void> {
    if (does === 'turn') await setImmediate();
    else if (does === 'take in') await this.#logs[one]?.takeIn();
    else if (does === 'open again') this.#logs[one] = await this.#open();
    else {
      const database = await this.#logs[one]?.at();
      expect(await database?.get('agent:one', 'agent/step')).toBe(this.#said.at(-1));
    }
  }

  async #makeIndexAgain(): Promise<void> {
    const datum = join(this.#home, '.datum');
    for (const name of readdirSync(datum)) {
      if (name.startsWith('local.sqlite')) rmSync(join(datum, name));
    }
    this.#logs = [await this.#open()];
    await this.#compare();
    await this.#logs[0]?.close();
  }

  async #compare(): Promise<void> {
    for (const log of this.#logs) {
      const found: unknown[] = [];
      for await (const { facts } of log.transactions()) {
        for (const { a, v } of facts) if (a === 'agent/step') found.push(v);
      }
      expect(found).toEqual(this.#said);
    }
  }
}

test('whatever fails once while transactions are pending, all that was acknowledged is there, once', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(move, { minLength: 1, maxLength: 14 }), (moves) =>
      new Failing().play(moves),
    ),
    { numRuns: 15 },
  );
}, 60_000);
