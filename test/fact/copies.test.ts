import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import type { Log } from '../../src/fact/index.ts';
import { idsOf, mood, newCopy, START, written } from './copies.ts';

const writersOf = (home: string): readonly string[] => readdirSync(join(home, '.datum', 'log'));
const moodOf = async (log: Log, known?: string | number): Promise<unknown> =>
  (await log.at(known === undefined ? {} : { known })).get('agent:harbor', 'agent/mood');

test('a clone reads everything, and gets a writer of its own only when it writes', async () => {
  const a = newCopy();
  const first = await a.with((log) => log.transact([mood('calm')]));
  const b = newCopy({ of: a });
  await b.with(async (log) => {
    expect(await moodOf(log)).toBe('calm');
    expect(log.home).toBe(written(first).id);
    expect(log.tookIn.arrived).toMatchObject([{ from: 1, to: 1 }]);
  });
  expect(writersOf(b.home)).toHaveLength(1);
  await b.with((log) => log.transact([mood('glad')]));
  expect(writersOf(b.home)).toHaveLength(2);
  await b.with((log) => log.transact([mood('wild')]));
  expect(writersOf(b.home)).toHaveLength(2);
  await b.with(async (log) => expect(await moodOf(log)).toBe('wild'));
});

test('opening a home in which nothing is new writes nothing to its index', async () => {
  const a = newCopy();
  await a.with((log) => log.transact([mood('calm')]));
  await a.with(async () => {});
  const watching = new DatabaseSync(join(a.home, '.datum', 'local.sqlite'), { readOnly: true });
  const version = watching.prepare('pragma data_version');
  const before = version.get();
  await a.with(async () => {});
  expect(version.get()).toEqual(before);
  watching.close();
});

test('a copy knows what another wrote only after it was taken in, and what it answered before stays', async () => {
  const a = newCopy();
  await a.with((log) => log.transact([mood('calm')]));
  const b = newCopy({ of: a });
  b.clock.advance(1_000_000);
  await b.with((log) => log.transact([mood('glad')]));
  a.clock.advance(2_000_000);
  const own = written(
    await a.with((log) => log.transact([{ e: 'agent:harbor', a: 'agent/n', v: 1 }])),
  );
  a.clock.advance(1_000_000);
  a.pull(b);
  await a.with(async (log) => {
    expect(await moodOf(log)).toBe('glad');
    expect(log.tookIn.arrived).toHaveLength(1);
    expect(await moodOf(log, own.id)).toBe('calm');
    expect(await moodOf(log, START + 2_500_000)).toBe('calm');
  });
  await a.with(async (log) => expect(log.tookIn.arrived).toEqual([]));
});

test('a clone remembers what was known when, before it was made', async () => {
  const a = newCopy();
  await a.with((log) => log.transact([mood('calm')]));
  a.clock.advance(1_000_000);
  await a.with((log) => log.transact([mood('glad')]));
  const b = newCopy({ of: a, skew: 5_000_000 });
  await b.with(async (log) => {
    expect(await moodOf(log, START + 500_000)).toBe('calm');
    await log.transact([mood('wild')]);
    expect(await moodOf(log, START + 500_000)).toBe('calm');
    expect(await moodOf(log, START + 1_500_000)).toBe('glad');
  });
});

test('of two clones that claim one task the first stands in both, and both say so', async () => {
  const a = newCopy();
  await a.with((log) => log.transact([{ e: 'task:1', a: 'task/state', v: 'open' }]));
  const b = newCopy({ of: a, skew: 1_000_000 });
  const claim = (log: Log, owner: string) =>
    log.transact([{ e: 'task:1', a: 'task/owner', v: owner }], {
      if: [{ e: 'task:1', a: 'task/owner', absent: true }],
    });
  const byB = written(await b.with((log) => claim(log, 'agent:reef')));
  a.clock.advance(500_000);
  const byA = written(await a.with((log) => claim(log, 'agent:harbor')));
  const expected = { loser: byB.id, winner: byA.id, e: 'task:1', a: 'task/owner' };
  a.pull(b);
  b.pull(a);
  for (const [at, copy] of [a, b, a].entries()) {
    await copy.with(async (log) => {
      const db = await log.at();
      expect(await db.get('task:1', 'task/owner')).toBe('agent:harbor');
      expect(await db.entity(`conflict:${byB.id}`)).toEqual({
        'conflict/loser': byB.id,
        'conflict/winner': byA.id,
        'conflict/slot': ['task:1', 'task/owner'],
      });
      expect(log.tookIn.conflicts).toMatchObject(at < 2 ? [expected] : []);
    });
    b.pull(a);
    a.pull(b);
  }
});

test('what was built on a lost claim is lost with it, and its slots read as before', async () => {
  const a = newCopy();
  await a.with((log) => log.transact([{ e: 'task:1', a: 'task/state', v: 'open' }]));
  const b = newCopy({ of: a, skew: 1_000_000 });
  const move = (log: Log, from: string, to: string) =>
    log.transact([{ e: 'task:1', a: 'task/state', v: to }], {
      if: [{ e: 'task:1', a: 'task/state', is: from }],
    });
  await b.with(async (log) => {
    written(await move(log, 'open', 'taken by reef'));
    written(await move(log, 'taken by reef', 'done by reef'));
  });
  await a.with((log) => move(log, 'open', 'taken by harbor'));
  a.pull(b);
  await a.with(async (log) => {
    expect(log.tookIn.conflicts).toHaveLength(2);
    const db = await log.at();
    expect(await db.get('task:1', 'task/state')).toBe('taken by harbor');
    expect((await db.history('task:1', 'task/state')).map(({ v }) => v)).toContain('done by reef');
  });
});

test('a unique name taken twice belongs to the first, and the second entity is without it', async () => {
  const a = newCopy();
  await a.with((log) => log.transact([{ e: 'attr:user/name', a: 'attribute/unique', v: true }]));
  const b = newCopy({ of: a, skew: 1_000_000 });
  await b.with((log) => log.transact([{ e: 'user:2', a: 'user/name', v: 'ada' }]));
  await a.with((log) => log.transact([{ e: 'user:1', a: 'user/name', v: 'ada' }]));
  a.pull(b);
  b.pull(a);
  for (const copy of [a, b]) {
    await copy.with(async (log) => {
      const db = await log.at();
      expect(await db.get('user:1', 'user/name')).toBe('ada');
      expect(await db.get('user:2', 'user/name')).toBe(undefined);
    });
  }
});

test('a clock far ahead is taken in, reported, and does not make later writing lose', async () => {
  const a = newCopy();
  await a.with((log) => log.transact([mood('calm')]));
  const b = newCopy({ of: a, skew: 86_400_000_000 });
  const ahead = written(await b.with((log) => log.transact([mood('glad')])));
  a.pull(b);
  await a.with(async (log) => {
    expect(log.tookIn.ahead.map(({ id }) => id)).toContain(ahead.id);
    await log.transact([mood('wild')]);
    expect(await moodOf(log)).toBe('wild');
  });
});

test('both clones order all transactions alike', async () => {
  const a = newCopy();
  await a.with((log) => log.transact([mood('calm')]));
  const b = newCopy({ of: a });
  for (let round = 0; round < 3; round += 1) {
    for (const copy of [a, b]) {
      await copy.with((log) => log.transact([mood(`${round} ${copy === a ? 'a' : 'b'}`)]));
    }
    a.pull(b);
    await a.with(async () => {});
    b.pull(a);
    await b.with(async () => {});
  }
  a.pull(b);
  const inA = await a.with(idsOf);
  b.pull(a);
  const inB = await b.with(idsOf);
  expect(inB.slice(0, inA.length)).toEqual(inA);
});
