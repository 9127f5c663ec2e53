import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { manualClock, seededRandom } from '../../src/base/index.ts';
import {
  decodeTransaction,
  defineProjection,
  FactIndex,
  memoryLog,
  type Projection,
} from '../../src/fact/index.ts';
import { memoryIndex, ownedBy, ScriptedWriter, type Written } from './scripted-writer.ts';

/** The order of transactions is visible in it. */
const journal = (version = 1): Projection =>
  defineProjection({
    name: 'journal',
    version,
    tables: { journal_line: 'n integer primary key, tx text' },
    order: 'log',
    fold: ({ id }, tables) => tables.run('insert into journal_line (tx) values (?)', id),
  });

const counts = defineProjection({
  name: 'counts',
  version: 1,
  tables: { fact_count: 'entity text primary key, count int not null' },
  order: 'any',
  fold: ({ facts }, tables) => {
    for (const { e } of facts) {
      tables.run(
        'insert into fact_count values (?, 1) on conflict do update set count = count + 1',
        e,
      );
    }
  },
});

const openMemory = () => memoryLog({ clock: manualClock(1_000), random: seededRandom('p') });

test('a query answers over a projection that has caught up with the log', async () => {
  const log = await openMemory();
  await log.transact([{ e: 'n:1', a: 'x/v', v: 1 }]);
  expect(await log.query(counts, 'select * from fact_count')).toEqual([
    { entity: 'n:1', count: 1 },
  ]);
  await log.transact([
    { e: 'n:1', a: 'x/v', v: 2 },
    { e: 'n:2', a: 'x/v', v: 2 },
  ]);
  await log.transact([{ e: 'n:3', a: 'x/v', v: 1 }], { branch: 'try' });
  const sum = 'select sum(count) as sum from fact_count where entity <> ?';
  expect(await log.query(counts, sum, ['n:9'])).toEqual([{ sum: 3 }]);
  await log.close();
});

test('queries and writes side by side do not meet inside the lock', async () => {
  const log = await openMemory();
  const one = async (n: number): Promise<void> => {
    await log.transact([{ e: `task:${n}`, a: 'task/done', v: true }]);
    await log.query(counts, 'select count(*) as n from fact_count');
  };
  await Promise.all(Array.from({ length: 20 }, (_, n) => one(n)));
  expect(await log.query(counts, 'select count(*) as n from fact_count')).toEqual([{ n: 20 }]);
  await log.close();
});

test('a query may not write, and a raised version makes the projection again', async () => {
  const log = await openMemory();
  await log.transact([{ e: 'n:1', a: 'x/v', v: 1 }]);
  await log.query(journal(), 'select * from journal_line');
  await expect(log.query(journal(), 'delete from journal_line')).rejects.toThrow(/readonly/);
  const again = {
    ...journal(2),
    tables: { journal_line: 'n integer primary key, tx text, x int' },
  };
  expect(await log.query(again, 'select x from journal_line')).toEqual([{ x: null }]);
  await log.close();
});

test('names that would reach the tables of others are refused', async () => {
  const base = journal();
  const code = 'fact/bad-projection';
  const bad = (change: Partial<Projection>) => () => defineProjection({ ...base, ...change });
  expect(bad({ tables: { ix_op: 'n int' } })).toThrow(expect.objectContaining({ code }));
  expect(bad({ name: 'a; drop' })).toThrow(expect.objectContaining({ code }));
  expect(bad({ version: 0 })).toThrow(expect.objectContaining({ code }));
  const log = await openMemory();
  await log.query(journal(), 'select 1 from journal_line');
  const other = defineProjection({ ...base, name: 'other' });
  await expect(log.query(other, 'select 1')).rejects.toMatchObject({ code: 'fact/table-taken' });
  await log.close();
});

const steps = fc.array(
  fc.record({
    who: fc.integer({ min: 0, max: 1 }),
    takesIn: fc.boolean(),
    tick: fc.integer({ min: 0, max: 3 }),
    catchesUp: fc.boolean(),
    factsMax: fc.integer({ min: 1, max: 4 }),
  }),
  { minLength: 1, maxLength: 12 },
);

test('caught up step by step or at once, while others are taken in, a projection is the same', () => {
  fc.assert(
    fc.property(steps, (moves) => {
      const [ada, ben] = [new ScriptedWriter('ada'), new ScriptedWriter('ben')];
      const db = new DatabaseSync(':memory:');
      const index = new FactIndex(db, { decode: (bytes) => decodeTransaction(bytes) });
      const all: Written[] = [];
      const clocks = [10, 11];
      const catchUp = (on: FactIndex, projection: Projection, factsMax: number) => {
        while (on.projections.catchUp(projection, factsMax))
          expect(on.projections.isCaughtUp(projection)).toBe(false);
        expect(on.projections.isCaughtUp(projection)).toBe(true);
      };
      for (const { catchesUp, factsMax, takesIn, tick, who } of moves) {
        const [writer, other] = who === 0 || all.length === 0 ? [ada, ben] : [ben, ada];
        clocks[who] = (clocks[who] ?? 0) + tick;
        const mustTakeIn = writer.head === undefined && all.length > 0;
        const parents = (takesIn || mustTakeIn) && other.head !== undefined ? [other.head] : [];
        const facts = [{ e: `n:${all.length % 3}`, a: 'x/v', v: all.length }];
        const transaction = writer.write({ now: clocks[who] ?? 0, facts, parents });
        all.push(transaction);
        index.apply(ownedBy(ada, [transaction]));
        if (!catchesUp) continue;
        catchUp(index, journal(), factsMax);
        catchUp(index, counts, factsMax);
      }
      catchUp(index, journal(), 100);
      catchUp(index, counts, 100);
      const rebuilt = memoryIndex();
      rebuilt.apply(ownedBy(ada, all));
      catchUp(rebuilt, journal(), 1_000);
      catchUp(rebuilt, counts, 1_000);
      for (const sql of [
        'select tx from journal_line order by n',
        'select * from fact_count order by entity',
      ]) {
        expect(index.projections.query(sql, [])).toEqual(rebuilt.projections.query(sql, []));
      }
      const order = [...index.chains.order()].map(({ id }) => ({ tx: id }));
      expect(index.projections.query('select tx from journal_line order by n', [])).toEqual(order);
    }),
    { numRuns: 150 },
  );
});
