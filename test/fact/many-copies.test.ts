import { rmSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Json, JsonObject } from '../../src/base/index.ts';
import type { FactInput, Log, Precondition, TransactionId } from '../../src/fact/index.ts';
import { type Copy, idsOf, newCopy, START } from './copies.ts';

const ENTITIES = ['task:1', 'task:2', 'task:3'];
const ATTRIBUTES = ['task/owner', 'task/tags', 'task/name'];

/** One thing that happens to one of the copies. */
type Step =
  | {
      readonly kind: 'write';
      readonly copy: number;
      readonly fact: FactInput;
      readonly if: boolean;
    }
  | { readonly kind: 'pull'; readonly copy: number; readonly from: number }
  | { readonly kind: 'wait'; readonly copy: number; readonly micros: number };

const step = (copies: number): fc.Arbitrary<Step> => {
  const copy = fc.nat({ max: copies - 1 });
  const value = fc.constantFrom<Json>('x', 'y', 'z');
  const time = fc.option(fc.integer({ min: START - 50, max: START + 50 }), { nil: undefined });
  const fact = fc
    .record({
      e: fc.constantFrom(...ENTITIES),
      a: fc.constantFrom(...ATTRIBUTES),
      v: value,
      op: fc.constantFrom<'assert' | 'retract'>('assert', 'assert', 'retract'),
      validFrom: time,
    })
    .map(({ validFrom, ...rest }) => ({
      ...rest,
      ...(validFrom === undefined ? {} : { validFrom }),
    }));
  return fc.oneof(
    fc.record({ kind: fc.constant('write' as const), copy, fact, if: fc.boolean() }),
    fc.record({ kind: fc.constant('pull' as const), copy, from: copy }),
    fc.record({
      kind: fc.constant('wait' as const),
      copy,
      micros: fc.integer({ min: -5, max: 9 }),
    }),
  );
};

/** Everything a copy can answer at a point. */
async function answers(log: Log, known?: string | number): Promise<JsonObject> {
  const db = await log.at({ ...(known === undefined ? {} : { known }), valid: START + 1_000_000 });
  const all: Record<string, JsonObject> = {};
  for (const e of ENTITIES) all[e] = await db.entity(e);
  return all;
}

async function conflicts(log: Log): Promise<readonly string[]> {
  const found = await (await log.at()).find([
    { e: { var: 'conflict' }, a: 'conflict/winner', v: { var: 'winner' } },
  ]);
  return found.map(({ conflict, winner }) => `${conflict} ${winner}`).sort();
}

/** What a copy has answered, to be asked again later. */
interface Remembered {
  readonly known: string | number;
  readonly answers: JsonObject;
}

class Run {
  readonly #copies: Copy[];
  readonly #remembered: Remembered[][];
  /** Every transaction that any copy was told is written. */
  readonly #written: TransactionId[] = [];

  constructor(copies: readonly Copy[]) {
    this.#copies = [...copies];
    this.#remembered = copies.map(() => []);
  }

  async play(steps: readonly Step[]): Promise<void> {
    for (const one of steps) {
      const copy = this.#copy(one.copy);
      if (one.kind === 'wait') copy.clock.advance(one.micros);
      else if (one.kind === 'pull') {
        if (one.from !== one.copy) copy.pull(this.#copy(one.from));
      } else {
        const id = await copy.with((log) => write(log, one));
        if (id !== undefined) this.#written.push(id);
      }
      if (one.kind !== 'wait') await this.#remember(one.copy);
    }
  }

  /** Everyone pulls from everyone until nobody has facts the others do not know. */
  async exchange(): Promise<void> {
    for (let round = 0; round < 2; round += 1) {
      for (const to of this.#copies) {
        for (const from of this.#copies) if (from !== to) to.pull(from);
        await to.with(async () => {});
      }
    }
  }

  async checkRemembered(): Promise<void> {
    for (const [at, copy] of this.#copies.entries()) {
      await copy.with(async (log) => {
        for (const { known, answers: before } of this.#remembered[at] ?? []) {
          expect(await answers(log, known)).toEqual(before);
        }
      });
    }
  }

  async checkAgreement(): Promise<void> {
    const views: unknown[] = [];
    for (const copy of this.#copies) {
      views.push(await copy.with(async (log) => [await answers(log), await conflicts(log)]));
    }
    for (const view of views) expect(view).toEqual(views[0]);
  }

  /** All that was ever written anywhere, in the order of the first copy, which all others share. */
  async checkNothingLost(): Promise<void> {
    const [first, ...others] = await Promise.all(this.#copies.map((copy) => copy.with(idsOf)));
    for (const ids of [first ?? [], ...others]) {
      const held = new Set(ids);
      expect(this.#written.filter((id) => !held.has(id))).toEqual([]);
    }
    for (const ids of others) {
      const common = new Set(ids);
      const shared = (first ?? []).filter((id) => common.has(id));
      expect(ids.filter((id) => shared.includes(id))).toEqual(shared);
      expect(Math.abs(ids.length - shared.length)).toBeLessThanOrEqual(2);
    }
  }

  /** An index made again from the files answers as the one that grew with them, now and as of then. */
  async checkRebuild(): Promise<void> {
    for (const copy of this.#copies) {
      const before = await copy.with(async (log) => [await answers(log), await idsOf(log)]);
      rmSync(join(copy.home, '.datum', 'local.sqlite'));
      expect(await copy.with(async (log) => [await answers(log), await idsOf(log)])).toEqual(
        before,
      );
    }
    await this.checkRemembered();
  }

  #copy(at: number): Copy {
    const copy = this.#copies[at];
    if (copy === undefined) throw new Error('no such copy');
    return copy;
  }

  async #remember(at: number): Promise<void> {
    const copy = this.#copy(at);
    await copy.with(async (log) => {
      const { known } = await log.at();
      const head = known === undefined ? undefined : await log.transaction(known);
      if (known === undefined || head === undefined) return;
      const remembered = this.#remembered[at];
      remembered?.push({ known, answers: await answers(log, known) });
      // Until a copy writes, what it knew at a time is what it has: it has no line of its own yet.
      if (head.writer !== log.signer?.writer) return;
      remembered?.push({ known: head.at, answers: await answers(log, head.at) });
    });
  }
}

async function write(
  log: Log,
  { fact, if: guarded }: Extract<Step, { kind: 'write' }>,
): Promise<TransactionId | undefined> {
  const found = await (await log.at()).get(fact.e, fact.a);
  const slot = { e: fact.e, a: fact.a };
  const condition: Precondition =
    found === undefined ? { ...slot, absent: true } : { ...slot, is: found };
  try {
    const result = await log.transact([fact], guarded ? { if: [condition] } : {});
    return result.ok && result.written ? result.id : undefined;
  } catch (error) {
    expect(error).toMatchObject({ code: 'fact/not-unique' });
    return undefined;
  }
}

test.each([2, 3])(
  '%i copies with skewed clocks agree, lose nothing and keep every earlier answer',
  async (size) => {
    await fc.assert(
      fc.asyncProperty(fc.array(step(size), { maxLength: 12 }), async (steps) => {
        const first = newCopy();
        await first.with((log) =>
          log.transact([
            { e: 'attr:task/tags', a: 'attribute/cardinality', v: 'many' },
            { e: 'attr:task/name', a: 'attribute/unique', v: true },
          ]),
        );
        const others = Array.from({ length: size - 1 }, (_, at) =>
          newCopy({ of: first, skew: at * 7 - 3 }),
        );
        const run = new Run([first, ...others]);
        await run.play(steps);
        await run.exchange();
        await run.checkRemembered();
        await run.checkAgreement();
        await run.checkNothingLost();
        await run.checkRebuild();
      }),
      { numRuns: 8 },
    );
  },
);
