import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalize, type Json, manualClock, seededRandom } from '../../src/base/index.ts';
import { type Fact, type FactInput, type Log, memoryLog } from '../../src/fact/index.ts';

const opened = async () => {
  const clock = manualClock(1_000);
  const log = await memoryLog({ clock, random: seededRandom('b') });
  await log.transact([
    { e: 'agent:a', a: 'agent/mood', v: 'calm' },
    { e: 'agent:a', a: 'agent/name', v: 'Ada' },
  ]);
  return { clock, log };
};

const mood = (v: string): FactInput => ({ e: 'agent:a', a: 'agent/mood', v });

test('a branch sees its base and itself; the main branch sees nothing of it', async () => {
  const { clock, log } = await opened();
  await log.branches.create('try');
  clock.set(2_000);
  await log.transact([mood('bold')], { branch: 'try' });
  await log.transact([{ e: 'agent:a', a: 'agent/name', v: 'Eve' }]);
  const main = await log.at();
  const branch = await log.at({ branch: 'try' });
  expect(await main.entity('agent:a')).toEqual({ 'agent/mood': 'calm', 'agent/name': 'Eve' });
  expect(await branch.entity('agent:a')).toEqual({ 'agent/mood': 'bold', 'agent/name': 'Ada' });
  await expect(log.at({ branch: 'nope' })).rejects.toMatchObject({ code: 'fact/unknown-branch' });
  await expect(log.branches.create('try')).rejects.toMatchObject({ code: 'fact/branch-exists' });
  await log.close();
});

test('merging writes what the branch says otherwise, as one transaction that names it', async () => {
  const { clock, log } = await opened();
  await log.branches.create('try');
  clock.set(2_000);
  await log.transact([mood('bold')], { branch: 'try' });
  await log.transact([mood('calm')], { branch: 'try' });
  await log.transact([mood('bright')], { branch: 'try' });
  await log.transact([mood('tired')]);
  expect(await log.branches.diff('try')).toMatchObject([
    { v: 'bold', was: 'calm', contested: true },
    { v: 'bright', was: 'calm', contested: true },
  ]);
  const result = await log.branches.merge('try', { why: { note: 'liked it' } });
  const transaction = result.ok ? await log.transaction(result.id) : undefined;
  expect(transaction?.why).toEqual({ branch: 'try', note: 'liked it' });
  expect(await (await log.at()).get('agent:a', 'agent/mood')).toBe('bright');
  const [branch] = await log.branches.list();
  expect(branch).toMatchObject({ name: 'try', merged: branch?.head });
  await log.close();
});

test('a closed branch frees its name, and what was known before still reads it', async () => {
  const { log } = await opened();
  await log.branches.create('try');
  await log.transact([mood('bold')], { branch: 'try' });
  const { known } = await log.at();
  await log.branches.close('try');
  expect(await log.branches.list()).toEqual([]);
  await expect(log.at({ branch: 'try' })).rejects.toMatchObject({ code: 'fact/unknown-branch' });
  const before = await log.at({ branch: 'try', ...(known === undefined ? {} : { known }) });
  expect(await before.get('agent:a', 'agent/mood')).toBe('bold');
  await log.branches.create('try');
  expect(await (await log.at({ branch: 'try' })).get('agent:a', 'agent/mood')).toBe('calm');
  await log.branches.close('try');
  expect(await log.branches.list()).toEqual([]);
  await log.close();
});

test('a branch of a branch merges into the one it was made from', async () => {
  const { log } = await opened();
  await log.branches.create('outer');
  await log.transact([mood('bold')], { branch: 'outer' });
  await log.branches.create('inner', { from: 'outer' });
  await log.transact([{ e: 'agent:a', a: 'agent/name', v: 'Ida' }], { branch: 'inner' });
  await log.transact([mood('late')], { branch: 'outer' });
  const inner = await log.at({ branch: 'inner' });
  expect(await inner.entity('agent:a')).toEqual({ 'agent/mood': 'bold', 'agent/name': 'Ida' });
  await log.branches.merge('inner');
  const outer = await log.at({ branch: 'outer' });
  expect(await outer.entity('agent:a')).toEqual({ 'agent/mood': 'late', 'agent/name': 'Ida' });
  expect(await (await log.at()).get('agent:a', 'agent/name')).toBe('Ada');
  await log.close();
});

const ENTITIES = ['n:1', 'n:2'];
const ATTRIBUTES = ['x/plain', 'x/timed', 'x/many'];
const facts = fc.array(
  fc
    .record({
      e: fc.constantFrom(...ENTITIES),
      a: fc.constantFrom(...ATTRIBUTES),
      v: fc.constantFrom<Json>(0, 1, true),
      op: fc.constantFrom('assert' as const, 'assert' as const, 'retract' as const),
      from: fc.option(fc.oneof(fc.integer({ min: 0, max: 30 }), fc.constant('always' as const)), {
        nil: undefined,
      }),
      length: fc.option(fc.integer({ min: 1, max: 12 }), { nil: undefined }),
    })
    .map(({ a, e, from, length, op, v }): Fact => {
      if (a === 'x/plain' || from === undefined) return { e, a, v, op };
      const end = from === 'always' || length === undefined ? {} : { validTo: from + length };
      return { e, a, v, op, validFrom: from, ...end };
    }),
  { minLength: 1, maxLength: 4 },
);

/** Everything a branch says at every moment up to a time. */
async function answers(
  log: Log,
  branch: string | undefined,
  until: number,
): Promise<readonly string[]> {
  const lines: string[] = [];
  for (let valid = 0; valid <= until; valid += 1) {
    const db = await log.at({ valid, ...(branch === undefined ? {} : { branch }) });
    for (const e of ENTITIES) lines.push(`${valid} ${e} ${canonicalize(await db.entity(e))}`);
  }
  return lines;
}

test('after a merge the main branch says what the branch said, at every moment, and not before', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(facts, { minLength: 1, maxLength: 4 }),
      fc.array(facts, { minLength: 1, maxLength: 4 }),
      async (base, own) => {
        const clock = manualClock(10);
        const log = await memoryLog({ clock, random: seededRandom('m') });
        await log.transact([{ e: 'attr:x/many', a: 'attribute/cardinality', v: 'many' }]);
        for (const some of base) {
          await log.transact(some);
          clock.advance(2);
        }
        await log.branches.create('try');
        const before = await answers(log, undefined, 50);
        for (const some of own) {
          await log.transact(some, { branch: 'try' });
          clock.advance(2);
        }
        expect(await answers(log, undefined, 50)).toEqual(before);
        const wanted = await answers(log, 'try', 50);
        await log.branches.merge('try');
        expect(await answers(log, undefined, 50)).toEqual(wanted);
        await log.close();
      },
    ),
    { numRuns: 60 },
  );
});
