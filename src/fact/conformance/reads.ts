import assert from 'node:assert/strict';
import { ref } from '../../base/index.ts';
import type { Datom, FactInput, Log } from '../log.ts';
import { defineProjection } from '../projection.ts';
import { type ConformanceCase, check, mood, rejects, START, written } from './case.ts';

const DAY = 86_400_000_000;

const price = (v: number, interval: Partial<FactInput> = {}): FactInput => ({
  e: 'model:m',
  a: 'model/price',
  v,
  ...interval,
});

const priceAt = async (log: Log, point: { known?: number; valid?: number }) =>
  (await log.at(point)).get('model:m', 'model/price');

const task = (n: number, state: string, owner: string): readonly FactInput[] => [
  { e: `task:${n}`, a: 'task/state', v: state },
  { e: `task:${n}`, a: 'task/due', v: n },
  { e: `task:${n}`, a: 'task/owner', v: ref(owner) },
];

const people: readonly FactInput[] = [
  { e: 'attr:task/state', a: 'attribute/indexed', v: true },
  { e: 'attr:task/due', a: 'attribute/indexed', v: true },
  { e: 'agent:ada', a: 'agent/name', v: 'Ada' },
  { e: 'agent:ben', a: 'agent/name', v: 'Ben' },
];

const writeCount = defineProjection({
  name: 'conformance_writes',
  version: 1,
  tables: { conformance_write: 'entity text primary key, count int not null' },
  order: 'log',
  fold: ({ facts }, tables) => {
    for (const { e } of facts) {
      tables.run(
        'insert into conformance_write values (?, 1) on conflict do update set count = count + 1',
        e,
      );
    }
  },
});

/** What reads of every store must answer. */
export const readConformance: readonly ConformanceCase[] = Object.freeze([
  check(
    'what was true and what was known are two times: a correction changes one, not the other',
    async ({ log, clock }) => {
      await log.transact([price(10)]);
      clock.advance(10 * DAY);
      // Learnt late: from the third to the fifth day it was 8, and from the twentieth it will be 12.
      await log.transact([
        price(8, { validFrom: START + 3 * DAY, validTo: START + 5 * DAY }),
        price(12, { validFrom: START + 20 * DAY }),
      ]);
      const day = (n: number) => START + n * DAY;
      assert.equal(await priceAt(log, { valid: day(4) }), 8);
      assert.equal(await priceAt(log, { valid: day(4), known: day(9) }), 10);
      assert.equal(await priceAt(log, { valid: day(5) }), 10);
      assert.equal(await priceAt(log, { valid: day(20) }), 12);
      assert.equal(await priceAt(log, {}), 10);
      assert.equal(await priceAt(log, { valid: START - 1 }), undefined);
    },
  ),

  check(
    'a retract ends the value from its time on, and history keeps it',
    async ({ log, clock }) => {
      await log.transact([mood('calm')]);
      clock.advance(5);
      await log.transact([{ e: 'agent:harbor', a: 'agent/mood', op: 'retract' }]);
      const now = await log.at();
      assert.equal(await now.get('agent:harbor', 'agent/mood'), undefined);
      assert.deepEqual(await now.entity('agent:harbor'), {});
      assert.equal(
        await (await log.at({ valid: START + 4 })).get('agent:harbor', 'agent/mood'),
        'calm',
      );
      assert.deepEqual(
        (await now.history('agent:harbor')).map(({ op, v }) => [op, v]),
        [
          ['assert', 'calm'],
          ['retract', null],
        ],
      );
    },
  ),

  check('an attribute declared many holds values side by side', async ({ log }) => {
    await log.transact([{ e: 'attr:note/tag', a: 'attribute/cardinality', v: 'many' }]);
    const tag = (v: string | number, op: 'assert' | 'retract' = 'assert'): FactInput => ({
      e: 'note:1',
      a: 'note/tag',
      v,
      op,
    });
    await log.transact([tag('red'), tag('blue'), tag(7)]);
    await log.transact([tag('red', 'retract')]);
    assert.deepEqual(await (await log.at()).get('note:1', 'note/tag'), [7, 'blue']);
    assert.equal(written(await log.transact([tag('blue')])).written, false);
    await log.transact([tag('blue', 'retract'), tag(7, 'retract')]);
    assert.equal(await (await log.at()).get('note:1', 'note/tag'), undefined);
  }),

  check('patterns join, by value, reference and range', async ({ log }) => {
    await log.transact([
      ...people,
      ...task(1, 'open', 'agent:ada'),
      ...task(2, 'open', 'agent:ben'),
      ...task(3, 'done', 'agent:ada'),
    ]);
    await log.transact([{ e: 'task:2', a: 'task/state', v: 'done' }]);
    const db = await log.at();
    const [t, who, name] = [{ var: 't' }, { var: 'who' }, { var: 'name' }];
    assert.deepEqual(
      await db.find([
        { e: t, a: 'task/state', v: 'done' },
        { e: t, a: 'task/owner', v: who },
        { e: who, a: 'agent/name', v: name },
        { e: t, a: 'task/due', range: { from: 2, below: 4 } },
      ]),
      [
        { name: 'Ada', t: 'task:3', who: 'agent:ada' },
        { name: 'Ben', t: 'task:2', who: 'agent:ben' },
      ],
    );
    await rejects(db.find([{}]), 'fact/pattern-too-wide');
  }),

  check('datoms are those that hold, each with its transaction', async ({ log }) => {
    const first = written(await log.transact([...people, ...task(1, 'open', 'agent:ada')]));
    const second = written(await log.transact([{ e: 'task:1', a: 'task/state', v: 'done' }]));
    const found: Datom[] = [];
    for await (const datom of (await log.at()).datoms({ e: 'task:1' })) found.push(datom);
    assert.deepEqual(found.map(({ a, tx }) => [a, tx]).sort(), [
      ['task/due', first.id],
      ['task/owner', first.id],
      ['task/state', second.id],
    ]);
  }),

  check('causes lead from a value to the transactions behind it', async ({ log }) => {
    const source = written(await log.transact([{ e: 'run:1', a: 'run/state', v: 'begun' }]));
    const made = written(await log.transact([mood('glad')], { why: { run: 'run:1' } }));
    const causes = await (await log.at()).causes('agent:harbor', 'agent/mood');
    assert.deepEqual(
      causes.map(({ id }) => id),
      [made.id, source.id],
    );
  }),

  check('facts on top of a database value reach its reads alone', async ({ log }) => {
    await log.transact([mood('calm')]);
    const db = await log.at();
    const dream = db.with([mood('bold'), { e: 'agent:new', a: 'agent/mood', v: 'shy' }]);
    assert.equal(await dream.get('agent:harbor', 'agent/mood'), 'bold');
    assert.deepEqual(
      await dream
        .with([mood('wild')])
        .find([{ e: { var: 'a' }, a: 'agent/mood', v: { var: 'm' } }]),
      [
        { a: 'agent:harbor', m: 'wild' },
        { a: 'agent:new', m: 'shy' },
      ],
    );
    assert.equal(await db.get('agent:harbor', 'agent/mood'), 'calm');
    assert.equal(await (await log.at()).get('agent:new', 'agent/mood'), undefined);
  }),

  check('a branch is made, told apart, merged and closed', async ({ log }) => {
    await log.transact([mood('calm')]);
    await log.branches.create('try');
    await rejects(log.branches.create('try'), 'fact/branch-exists');
    await log.transact([mood('bold')], { branch: 'try' });
    const [change, ...others] = await log.branches.diff('try');
    assert.deepEqual(
      [change?.v, change?.was, change?.contested, others],
      ['bold', 'calm', false, []],
    );
    written(await log.branches.merge('try'));
    await log.branches.close('try');
    assert.equal(await (await log.at()).get('agent:harbor', 'agent/mood'), 'bold');
    assert.deepEqual(await log.branches.list(), []);
    await rejects(log.at({ branch: 'try' }), 'fact/unknown-branch');
    await rejects(log.branches.merge('try'), 'fact/unknown-branch');
  }),

  check('a projection follows the log', async ({ log }) => {
    const rows = () => log.query(writeCount, 'select * from conformance_write order by entity');
    await log.transact([mood('calm')]);
    assert.deepEqual(await rows(), [{ entity: 'agent:harbor', count: 1 }]);
    await log.transact([mood('bold'), { e: 'a:b', a: 'c/d', v: 1 }]);
    assert.deepEqual(await rows(), [
      { entity: 'a:b', count: 1 },
      { entity: 'agent:harbor', count: 2 },
    ]);
  }),

  check(
    'search finds words in what holds, and in documents by their hash',
    async ({ log, clock }) => {
      const blob = await log.blobs.put('# Lighthouse\n\nThe lamp burns all night.', 'git');
      await log.transact(
        [
          { e: 'note:1', a: 'note/text', v: 'a lamp in the hall' },
          { e: 'doc:wiki/light.md', a: 'doc/hash', v: blob.hash },
        ],
        { blobs: [blob] },
      );
      const found = async (words: string, point = {}) =>
        (await log.search(words, point)).map(({ entity }) => entity).sort();
      assert.deepEqual(await found('lamp'), ['doc:wiki/light.md', 'note:1']);
      assert.deepEqual(await found('lamp night'), ['doc:wiki/light.md']);
      clock.advance(DAY);
      await log.transact([{ e: 'note:1', a: 'note/text', v: 'the hall is dark' }]);
      assert.deepEqual(await found('hall lamp'), []);
      assert.deepEqual(await found('hall lamp', { known: START }), ['note:1']);
    },
  ),
]);
