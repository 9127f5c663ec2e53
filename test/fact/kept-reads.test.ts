import fc from 'fast-check';
import { expect, test } from 'vitest';
import { manualClock, seededRandom } from '../../src/base/index.ts';
import {
  type Database,
  defineProjection,
  type FactInput,
  type KeptRead,
  type Log,
  memoryLog,
} from '../../src/fact/index.ts';
import { newCopy } from './copies.ts';

type Colours = ReadonlyMap<string, string>;

/** All colours, by entity; counts how often it was read anew. */
function colours(): KeptRead<Colours> & { readonly reads: () => number } {
  let count = 0;
  return {
    reads: () => count,
    attributes: ['x/colour'],
    read: async (database: Database) => {
      count += 1;
      const found = await database.find([{ e: { var: 'e' }, a: 'x/colour', v: { var: 'v' } }]);
      return new Map(found.map(({ e, v }) => [nameOf(e), String(v)] as const).sort());
    },
    fold: (state, facts) => {
      const next = new Map(state);
      for (const { e, op, v } of facts) {
        if (op === 'retract') next.delete(e);
        else next.set(e, String(v));
      }
      return new Map([...next].sort());
    },
  };
}

const nameOf = (e: unknown): string =>
  typeof e === 'object' && e !== null && '$ref' in e ? String(e.$ref) : String(e);

const openMemory = () => memoryLog({ clock: manualClock(1_000), random: seededRandom('k') });
const red = (e: string): FactInput => ({ e, a: 'x/colour', v: 'red' });

const fact = fc.record(
  {
    e: fc.constantFrom('n:1', 'n:2', 'n:3'),
    a: fc.constantFrom('x/colour', 'x/size'),
    v: fc.constantFrom('red', 'green'),
    op: fc.constantFrom('assert' as const, 'retract' as const),
    validFrom: fc.constantFrom(500, 5_000_000, 'always' as const),
    validTo: fc.constantFrom(6_000_000),
  },
  { requiredKeys: ['e', 'a', 'v'] },
);
const transaction = fc.record(
  {
    facts: fc.array(fact, { minLength: 1, maxLength: 3 }),
    branch: fc.constant('try'),
    ask: fc.boolean(),
  },
  { requiredKeys: ['facts', 'ask'] },
);

const isRight = async (log: Log, read: KeptRead<Colours>): Promise<void> => {
  const database = await log.at();
  expect(await log.kept(read, database)).toEqual(await read.read(database));
};

test('whatever is written, a kept read answers what a read at the head answers', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(transaction, { maxLength: 12 }), async (transactions) => {
      const log = await openMemory();
      const read = colours();
      for (const { ask, facts, branch } of transactions) {
        await log.transact(facts, branch === undefined ? {} : { branch });
        if (ask) await isRight(log, read);
      }
      await isRight(log, read);
      await log.close();
    }),
    { numRuns: 60 },
  );
});

test('it is read once, and folded on from then', async () => {
  const log = await openMemory();
  const read = colours();
  for (const e of ['n:1', 'n:2', 'n:3']) {
    await log.transact([red(e)]);
    await log.kept(read, await log.at());
  }
  expect(read.reads()).toBe(1);
  await log.close();
});

test('an earlier point, a branch and facts on top are read as they are', async () => {
  const log = await openMemory();
  const read = colours();
  await log.transact([red('n:1')]);
  const early = await log.at();
  await log.transact([red('n:2')]);
  await log.transact([red('n:3')], { branch: 'try' });
  expect((await log.kept(read, await log.at())).size).toBe(2);
  expect((await log.kept(read, early)).size).toBe(1);
  expect((await log.kept(read, await log.at({ branch: 'try' }))).size).toBe(3);
  expect((await log.kept(read, (await log.at()).with([red('n:9')]))).size).toBe(3);
  await log.close();
});

test('what another process writes, or another writer brings, is in it', async () => {
  const one = newCopy();
  const read = colours();
  await one.with((log) => log.transact([red('n:first')]));
  const two = newCopy({ of: one });
  await two.with((log) => log.transact([red('n:theirs')]));
  const [mine, other] = [await one.open(), await one.open()];
  for (const [at, log] of [mine, other, other, mine, mine].entries()) {
    await log.transact([red(`n:${at}`)]);
    expect((await mine.kept(read, await mine.at())).size).toBe(at + 2);
  }
  one.pull(two);
  await other.takeIn();
  await isRight(mine, read);
  expect((await mine.kept(read, await mine.at())).has('n:theirs')).toBe(true);
  for (const log of [mine, other]) await log.close();
});

test('a fold that fails is told to who asks, and stops no write', async () => {
  const log = await openMemory();
  const picky = defineProjection({
    name: 'picky',
    version: 1,
    tables: { picky_line: 'v text' },
    order: 'log',
    fold: ({ facts }, tables) => {
      for (const { v } of facts) {
        tables.run('insert into picky_line values (?)', String(v));
        if (v === 'blue') throw new RangeError('not that one');
      }
    },
  });
  const all = () => log.query(picky, 'select v from picky_line');
  await log.transact([red('n:1')]);
  expect(await all()).toEqual([{ v: 'red' }]);
  expect((await log.transact([{ e: 'n:2', a: 'x/colour', v: 'blue' }])).ok).toBe(true);
  await log.transact([red('n:3')]);
  await expect(all()).rejects.toThrow(/not that one/);
  expect(await (await log.at()).get('n:3', 'x/colour')).toBe('red');
  await log.close();
});
