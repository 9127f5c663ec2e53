import fc from 'fast-check';
import { expect, test } from 'vitest';
import { memoryIndex, ownedBy, ScriptedWriter } from './scripted-writer.ts';

const SLOTS = 4;

/** A transaction: what each of its facts states of a slot, or that it retracts, and whether it ends a batch. */
const transactions = fc.array(
  fc.record({
    facts: fc.uniqueArray(
      fc.record({ slot: fc.nat(SLOTS - 1), v: fc.option(fc.nat(9), { nil: undefined }) }),
      { minLength: 1, maxLength: SLOTS, selector: ({ slot }) => slot },
    ),
    ends: fc.boolean(),
  }),
  { minLength: 1, maxLength: 30 },
);

const entity = (slot: number): string => `task:${slot % 2}`;
const attribute = (slot: number): string => `task/a${slot >> 1}`;

test('however many operations a slot has and however they came, each time reads its own', () => {
  fc.assert(
    fc.property(transactions, (written) => {
      const ada = new ScriptedWriter('ada');
      const index = memoryIndex();
      let applied = 0;
      const states: (number | undefined)[][] = [new Array(SLOTS).fill(undefined)];
      for (const [n, { ends, facts }] of written.entries()) {
        const now = n + 1;
        const state = [...(states[n] ?? [])];
        for (const { slot, v } of facts) state[slot] = v;
        states.push(state);
        const stated = facts.map(({ slot, v }) => {
          const fact = { e: entity(slot), a: attribute(slot) };
          return v === undefined ? { ...fact, op: 'retract' as const } : { ...fact, v };
        });
        ada.write({ now, facts: stated });
        if (!ends && n < written.length - 1) continue;
        index.apply(ownedBy(ada, ada.chain.slice(applied)));
        applied = ada.chain.length;
      }
      for (const [time, state] of states.entries()) {
        const view = index.view({ known: time, valid: time }, 0);
        for (const [slot, v] of state.entries()) {
          expect(view.get(entity(slot), attribute(slot))).toBe(v);
          const datoms = [...view.datoms({ e: entity(slot), a: attribute(slot) })];
          expect(datoms.map((datom) => datom.v)).toEqual(v === undefined ? [] : [v]);
          const operations = view.history(entity(slot), attribute(slot));
          const stated = written.slice(0, time).flatMap(({ facts }) => facts);
          expect(operations).toHaveLength(stated.filter((fact) => fact.slot === slot).length);
        }
      }
    }),
    { numRuns: 60 },
  );
});
