import assert from 'node:assert/strict';
import type { FactInput } from '../log.ts';
import { all, type ConformanceCase, check, mood, rejects, START, written } from './case.ts';
import { readConformance } from './reads.ts';

/**
 * What every store of the log must do. Run each case with a function that opens an empty log:
 *
 * `for (const { name, run } of conformance) test(name, () => run(openMyStore));`
 */
export const conformance: readonly ConformanceCase[] = Object.freeze([
  check('the first transaction founds the home, and each names the one before', async ({ log }) => {
    assert.equal(log.home, undefined);
    const first = written(await log.transact([mood('calm')]));
    const second = written(await log.transact([mood('glad')]));
    assert.equal(log.home, first.id);
    assert.deepEqual([first.seq, second.seq], [1, 2]);
    const list = await all(log);
    assert.deepEqual(
      list.map(({ id, prev }) => [id, prev]),
      [
        [first.id, undefined],
        [second.id, first.id],
      ],
    );
    assert.deepEqual(await log.transaction(second.id), list[1]);
  }),

  check(
    'a transaction keeps who, why, on which conditions and with which blobs',
    async ({ log }) => {
      const condition = { e: 'agent:harbor', a: 'agent/mood', absent: true } as const;
      const blob = await log.blobs.put('a long letter', 'git');
      const { id } = written(
        await log.transact([mood('calm')], {
          by: 'user:ada',
          why: { run: 'run:1' },
          if: [condition],
          blobs: [blob],
        }),
      );
      const transaction = await log.transaction(id);
      assert.equal(transaction?.by, 'user:ada');
      assert.deepEqual(transaction?.why, { run: 'run:1' });
      assert.deepEqual(transaction?.if, [condition]);
      assert.deepEqual(transaction?.blobs, [blob]);
      assert.equal(Buffer.from((await log.blobs.get(blob.hash)) ?? []).toString(), 'a long letter');
    },
  ),

  check('facts that change nothing are not written', async ({ log }) => {
    const first = written(await log.transact([mood('calm')]));
    const again = written(await log.transact([mood('calm')]));
    assert.deepEqual([again.written, again.id], [false, first.id]);
    const both = written(
      await log.transact([mood('calm'), { e: 'agent:harbor', a: 'agent/name', v: 'H' }]),
    );
    assert.deepEqual(
      (await log.transaction(both.id))?.facts.map(({ a }) => a),
      ['agent/name'],
    );
    const none = written(await log.transact([]));
    assert.deepEqual([none.written, none.id], [false, both.id]);
  }),

  check('1, true and "1" are different values', async ({ log }) => {
    for (const v of [1, true, '1', null, [1], { a: 1 }]) {
      assert.equal(written(await log.transact([{ e: 'a:b', a: 'c/d', v }])).written, true);
      assert.deepEqual(await (await log.at()).get('a:b', 'c/d'), v);
    }
  }),

  check(
    'a condition that does not hold is answered with the value found, and writes nothing',
    async ({ log }) => {
      await log.transact([mood('calm')]);
      const failed = { e: 'agent:harbor', a: 'agent/mood', is: 'glad' } as const;
      assert.deepEqual(await log.transact([mood('wild')], { if: [failed] }), {
        ok: false,
        failed,
        found: 'calm',
      });
      const absent = { e: 'agent:harbor', a: 'agent/name', absent: true } as const;
      const oneOf = { e: 'agent:harbor', a: 'agent/mood', oneOf: ['glad', 'calm'] } as const;
      assert.equal(
        written(await log.transact([mood('wild')], { if: [absent, oneOf] })).written,
        true,
      );
      assert.equal((await all(log)).length, 2);
    },
  ),

  check('of those that compare and set at once, one wins', async ({ log }) => {
    const claim = (owner: string) =>
      log.transact([{ e: 'task:1', a: 'task/owner', v: owner }], {
        if: [{ e: 'task:1', a: 'task/owner', absent: true }],
      });
    const results = await Promise.all(['a', 'b', 'c'].map(claim));
    assert.deepEqual(
      results.map(({ ok }) => ok),
      [true, false, false],
    );
  }),

  check('a transaction refused for its form harms none that wait with it', async ({ log }) => {
    const good = log.transact([mood('calm')]);
    const bad = log.transact([{ e: 'no kind', a: 'agent/mood', v: 1 }]);
    const later = log.transact([mood('glad')]);
    await rejects(bad, 'fact/bad-transaction');
    assert.deepEqual([written(await good).seq, written(await later).seq], [1, 2]);
    await rejects(
      log.transact([{ e: 'a:b', a: 'c/d', v: 'x'.repeat(5000) }]),
      'fact/bad-transaction',
    );
    await rejects(log.transact([{ e: 'a:b', a: 'c/d', v: Number.NaN }]), 'base/not-canonical');
  }),

  check(
    'time in the log never stands still and never goes back, whatever the clock does',
    async ({ log, clock }) => {
      const times: number[] = [];
      for (const step of [0, 0, -86_400_000_000, 5]) {
        clock.advance(step);
        times.push(written(await log.transact([{ e: 'a:b', a: 'c/d', v: times.length }])).at);
      }
      assert.deepEqual(times, [START, START + 1, START + 2, START + 3]);
    },
  ),

  check('an early answer stays the same for ever', async ({ log, clock }) => {
    const { id } = written(await log.transact([mood('calm')]));
    const before = await log.at();
    clock.advance(1_000_000);
    await log.transact([mood('wild')]);
    assert.equal(await before.get('agent:harbor', 'agent/mood'), 'calm');
    assert.equal(await (await log.at({ known: id })).get('agent:harbor', 'agent/mood'), 'calm');
    assert.equal(await (await log.at({ known: START })).get('agent:harbor', 'agent/mood'), 'calm');
    assert.equal(await (await log.at()).get('agent:harbor', 'agent/mood'), 'wild');
  }),

  check('a branch sees its base and itself, and nobody else sees it', async ({ log }) => {
    await log.transact([mood('calm')]);
    await log.transact([mood('wild')], { branch: 'try' });
    assert.equal(await (await log.at({ branch: 'try' })).get('agent:harbor', 'agent/mood'), 'wild');
    assert.equal(await (await log.at()).get('agent:harbor', 'agent/mood'), 'calm');
    const kept = [];
    for await (const { branch } of log.transactions({ branch: 'try' })) kept.push(branch);
    assert.deepEqual(kept, ['try']);
  }),

  check('a unique value is refused to a second entity', async ({ log }) => {
    await log.transact([{ e: 'attr:user/name', a: 'attribute/unique', v: true }]);
    await log.transact([{ e: 'user:1', a: 'user/name', v: 'ada' }]);
    await rejects(log.transact([{ e: 'user:2', a: 'user/name', v: 'ada' }]), 'fact/not-unique');
    const twice = ['user:3', 'user:4'].map((e) => ({ e, a: 'user/name', v: 'eve' }));
    await rejects(log.transact(twice), 'fact/not-unique');
    await log.transact([{ e: 'user:1', a: 'user/name', op: 'retract' }]);
    assert.equal(
      written(await log.transact([{ e: 'user:2', a: 'user/name', v: 'ada' }])).written,
      true,
    );
  }),

  check('cardinality never changes once there are facts', async ({ log }) => {
    const many: FactInput = { e: 'attr:agent/mood', a: 'attribute/cardinality', v: 'many' };
    await log.transact([mood('calm')]);
    await rejects(log.transact([many]), 'fact/declaration-refused');
    await rejects(log.transact([many], { branch: 'try' }), 'fact/declaration-refused');
  }),

  check('what waits is written in the order it was asked for', async ({ log }) => {
    const results = await Promise.all(
      Array.from({ length: 50 }, (_, v) => log.transact([{ e: 'a:b', a: 'c/d', v }])),
    );
    assert.deepEqual(
      results.map((result) => written(result).seq),
      Array.from({ length: 50 }, (_, at) => at + 1),
    );
    assert.equal(await (await log.at()).get('a:b', 'c/d'), 49);
  }),

  check(
    'writing without waiting for the disk is there at once, and durable after sync',
    async ({ log }) => {
      await log.transact([mood('calm')], { durability: 'later' });
      assert.equal(await (await log.at()).get('agent:harbor', 'agent/mood'), 'calm');
      await log.sync();
    },
  ),

  check('transactions can be read on after a known one', async ({ log }) => {
    const ids: string[] = [];
    for (const v of ['a', 'b', 'c']) ids.push(written(await log.transact([mood(v)])).id);
    const after = [];
    for await (const { id } of log.transactions({ after: ids[0] ?? '' })) after.push(id);
    assert.deepEqual(after, ids.slice(1));
    assert.equal(await log.transaction('0'.repeat(64)), undefined);
  }),

  check(
    'a lease belongs to one holder until it ends, and its token fences the ones before',
    async ({ log, clock }) => {
      const options = { holder: 'a', ttlMillis: 1000 };
      const first = await log.leases.acquire('run:1', options);
      assert(first !== undefined);
      assert.equal(await log.leases.acquire('run:1', { ...options, holder: 'b' }), undefined);
      clock.advance(900_000);
      assert.equal(await first.renew(), true);
      clock.advance(900_000);
      assert.equal(await log.leases.acquire('run:1', { ...options, holder: 'b' }), undefined);
      clock.advance(200_000);
      assert.equal(written(await log.transact([mood('calm')], { fence: first })).written, true);
      const second = await log.leases.acquire('run:1', { ...options, holder: 'b' });
      assert(second !== undefined && second.token > first.token);
      assert.equal(await first.renew(), false);
      await rejects(log.transact([mood('wild')], { fence: first }), 'fact/fenced');
      assert.equal(written(await log.transact([mood('wild')], { fence: second })).written, true);
      await second.release();
      assert((await log.leases.acquire('run:1', options)) !== undefined);
    },
  ),

  check('a closed log says so', async ({ log }) => {
    await log.transact([mood('calm')]);
    await log.close();
    await rejects(log.transact([mood('wild')]), 'fact/closed');
    await rejects(log.at(), 'fact/closed');
  }),

  ...readConformance,
]);
