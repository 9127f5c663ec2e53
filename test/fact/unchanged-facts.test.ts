import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalize, type Json, manualClock, seededRandom } from '../../src/base/index.ts';
import { type Fact, memoryLog } from '../../src/fact/index.ts';
import { memoryIndex, ownedBy, ScriptedWriter } from './scripted-writer.ts';

const ENTITIES = ['n:1', 'n:2'];
const ATTRIBUTES = ['x/plain', 'x/timed', 'x/many'];
const MANY: Fact = { e: 'attr:x/many', a: 'attribute/cardinality', v: 'many' };

const fact = fc
  .record({
    e: fc.constantFrom(...ENTITIES),
    a: fc.constantFrom(...ATTRIBUTES),
    v: fc.constantFrom<Json>(0, 1),
    op: fc.constantFrom('assert' as const, 'assert' as const, 'retract' as const),
    from: fc.option(fc.oneof(fc.integer({ min: 0, max: 40 }), fc.constant('always' as const)), {
      nil: undefined,
    }),
    length: fc.option(fc.integer({ min: 1, max: 15 }), { nil: undefined }),
  })
  .map(({ a, e, from, length, op, v }): Fact => {
    if (a === 'x/plain' || from === undefined) return { e, a, v, op };
    const end = from === 'always' || length === undefined ? {} : { validTo: from + length };
    return { e, a, v, op, validFrom: from, ...end };
  });

const histories = fc.array(fc.array(fact, { minLength: 1, maxLength: 4 }), {
  minLength: 1,
  maxLength: 10,
});

test('leaving out what changes nothing changes nothing that can be read', async () => {
  await fc.assert(
    fc.asyncProperty(histories, async (transactions) => {
      const clock = manualClock(10);
      const log = await memoryLog({ clock, random: seededRandom('u') });
      const ada = new ScriptedWriter('ada');
      const index = memoryIndex();
      for (const facts of [[MANY], ...transactions]) {
        await log.transact(facts);
        index.apply(ownedBy(ada, [ada.write({ now: clock.now(), facts })]));
        clock.advance(2);
      }
      for (let valid = 0; valid < 60; valid += 1) {
        const db = await log.at({ valid });
        const view = index.view({ valid }, 0);
        for (const e of ENTITIES) {
          for (const a of ATTRIBUTES) {
            expect([valid, e, a, await db.get(e, a)]).toEqual([valid, e, a, view.get(e, a)]);
          }
        }
      }
      await log.close();
    }),
    { numRuns: 80 },
  );
});

test('stating again what was just stated writes nothing', async () => {
  await fc.assert(
    fc.asyncProperty(histories, async (transactions) => {
      const clock = manualClock(10);
      const log = await memoryLog({ clock, random: seededRandom('u') });
      await log.transact([MANY]);
      for (const facts of transactions) {
        clock.advance(2);
        const slots = facts.map(({ a, e, v }) =>
          canonicalize([e, a, a === 'x/many' ? (v ?? 0) : 0]),
        );
        if (new Set(slots).size < slots.length) continue;
        const first = await log.transact(facts);
        const again = await log.transact(facts);
        expect(again).toMatchObject({ ok: true, written: false });
        expect(first.ok && again.ok && again.seq).toBe(first.ok && first.seq);
      }
      await log.close();
    }),
    { numRuns: 100 },
  );
});
