import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { manualClock, seededRandom } from '../../src/base/index.ts';
import { type FactInput, type Log, openLog } from '../../src/fact/index.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** So few attributes that each has new and old entities. */
const ATTRIBUTES = 3;

/** What a process of a home does next: states facts on so many new entities and on some old ones. */
const acts = fc.array(
  fc.record({
    process: fc.nat(1),
    fresh: fc.integer({ min: 0, max: 180 }),
    old: fc.array(fc.tuple(fc.nat(), fc.nat(ATTRIBUTES - 1)), { maxLength: 4 }),
    reads: fc.boolean(),
    reopens: fc.boolean(),
  }),
  { minLength: 1, maxLength: 12 },
);

test('which entities an attribute has is found, however many are new and whoever wrote them', async () => {
  await fc.assert(
    fc.asyncProperty(acts, async (script) => {
      const folder = temporaryFolder();
      const world = { clock: manualClock(0), random: seededRandom('pairs') };
      const open = (): Promise<Log> =>
        openLog({ home: folder, ...world, env: { DATUM_STATE: join(folder, '.state') } });
      const processes = [await open(), await open()];
      const expected = Array.from({ length: ATTRIBUTES }, () => new Set<string>());
      let entities = 0;
      for (const { process, fresh, old, reads, reopens } of script) {
        const facts: FactInput[] = [];
        const state = (number: number, a: number): void => {
          const e = `task:${number}`;
          facts.push({ e, a: `task/a${a}`, v: number });
          expected[a]?.add(e);
        };
        for (let n = 0; n < fresh; n += 1) state(entities + n, (entities + n) % ATTRIBUTES);
        entities += fresh;
        for (const [number, a] of entities === 0 ? [] : old) state(number % entities, a);
        await processes[process]?.transact(facts);
        if (reopens) {
          await processes[process]?.close();
          processes[process] = await open();
        }
        if (!reads) continue;
        for (const log of processes) {
          const database = await log.at();
          for (const [a, set] of expected.entries()) {
            const found = await database.find([{ e: { var: 'task' }, a: `task/a${a}` }]);
            expect(found.map(({ task }) => (task as { $ref: string }).$ref ?? task).sort()).toEqual(
              [...set].sort(),
            );
          }
        }
      }
      for (const log of processes) await log.close();
    }),
    { numRuns: 12 },
  );
}, 60_000);
