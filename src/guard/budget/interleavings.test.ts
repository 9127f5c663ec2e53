import fc from 'fast-check';
import { expect, test } from 'vitest';
import { manualClock, seededRandom } from '../../base/index.ts';
import { memoryLog } from '../../fact/index.ts';
import { type BudgetSettings, GuardError, heldBy, openBudget, type Worst } from '../index.ts';

const CAP = 1_000_000;

const call = fc
  .record({
    agent: fc.constantFrom('harbor', 'pier'),
    run: fc.constantFrom('run-1', 'run-2', 'run-3'),
    /** A delegate: its calls also stand on the day of harbor. */
    delegated: fc.boolean(),
    /** Drawn from a reservation that was made for more calls than come. */
    batched: fc.boolean(),
    estimate: fc.integer({ min: 1, max: 400_000 }),
    slack: fc.integer({ min: 0, max: 300_000 }),
    /** Where between nothing and its bound the true cost lies. */
    share: fc.double({ min: 0, max: 1, noNaN: true }),
    end: fc.constantFrom('paid', 'paid', 'released', 'died', 'unknown'),
    /** Steps of others between its reservation and its end. */
    pause: fc.nat({ max: 5 }),
    /** Seconds that pass before it asks; reservations expire after 600. */
    wait: fc.constantFrom(0, 1, 300, 700),
  })
  .map(({ slack, share, ...of }) => {
    const bound = of.estimate + slack;
    return { ...of, bound, cost: Math.floor(bound * share) };
  });

const settings: BudgetSettings = {
  caps: [
    { scope: 'fleet-day', usd: CAP / 1e6, action: 'skip' },
    { scope: 'tree', usd: CAP / 1e6, action: 'skip' },
    { scope: 'day', agent: 'harbor', usd: CAP / 1e6, action: 'skip' },
  ],
  warningThresholds: [],
};

test('no interleaving of runs, helpers, delegates, processes and crashes overspends by more than one call over its estimate', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(call, { minLength: 1, maxLength: 14 }),
      fc.scheduler(),
      async (calls, scheduler) => {
        const clock = manualClock(1_767_225_600_000_000);
        const log = await memoryLog({ clock, random: seededRandom('log') });
        // Each process has a budget of its own; they meet only in the log.
        const processes = ['a', 'b', 'c'].map((seed) =>
          openBudget({ log, clock, random: seededRandom(seed), zone: 'UTC' }),
        );
        const excesses: number[] = [0];
        /** What was truly paid, by calls that lived and calls whose process died. */
        let paid = 0;
        /** By harbor and its delegates. */
        let harbor = 0;
        const check = async (): Promise<void> => {
          const [fleet] = await (processes[0] ?? fail()).standing(
            { agent: 'harbor', run: 'run-1', tree: 'run-1' },
            settings,
          );
          const { spent = 0, open = [] } = fleet ?? {};
          const excess = Math.max(...excesses);
          expect(spent + sum(open)).toBeLessThanOrEqual(CAP + excess);
          expect(paid).toBeLessThanOrEqual(CAP + excess);
          const caps = settings.caps.filter(({ agent }) => agent === 'harbor');
          const [own] = await (processes[1] ?? fail()).standing(
            { agent: 'pier', run: 'run-1' },
            { caps, warningThresholds: [] },
          );
          const held = own === undefined ? 0 : own.spent + heldBy(own.open);
          expect(held + excess).toBeGreaterThanOrEqual(harbor - excess);
          expect(held).toBeLessThanOrEqual(CAP + excess);
          expect(spent + heldBy(open) + excess).toBeGreaterThanOrEqual(paid - excess);
        };
        const perform = async (of: (typeof calls)[number], number: number): Promise<void> => {
          const budget = processes[number % processes.length] ?? fail();
          clock.advance(of.wait * 1_000_000);
          await scheduler.schedule(Promise.resolve());
          const above = of.delegated ? { coordinator: 'harbor' } : {};
          const spender = { agent: of.agent, run: of.run, tree: 'run-1', ...above };
          const worst = { estimate: of.estimate, bound: of.bound };
          const operation = { operation: 'model/generate', model: 'm' };
          const orRefused = (error: unknown): undefined => {
            if (error instanceof GuardError) return undefined;
            throw error;
          };
          const whole = 2 * of.bound;
          const batch = of.batched
            ? await budget
                .reserve({
                  spender,
                  settings,
                  worst: { estimate: whole, bound: whole },
                  isBatch: true,
                  ...operation,
                })
                .catch(orRefused)
            : undefined;
          if (of.batched && batch === undefined) return;
          await scheduler.schedule(Promise.resolve());
          const drawn = batch === undefined ? {} : { batch: batch.id };
          const admission = await budget
            .reserve({ spender, settings, worst, ...operation, ...drawn })
            .catch(orRefused);
          if (of.end !== 'died' && batch !== undefined) {
            await budget.settle(batch.id, 0, 'released');
          }
          if (admission === undefined) return;
          for (let n = 0; n < of.pause; n += 1) await scheduler.schedule(Promise.resolve());
          if (of.end !== 'released') {
            paid += of.cost;
            if (of.agent === 'harbor' || of.delegated) harbor += of.cost;
            excesses.push(of.cost - of.estimate, of.end === 'unknown' ? of.bound - of.estimate : 0);
          }
          if (of.end === 'died') excesses.push(of.bound - of.estimate);
          if (of.end === 'paid') await budget.settle(admission.id, of.cost, 'measured');
          if (of.end === 'released') await budget.settle(admission.id, 0, 'released');
          if (of.end === 'unknown') await budget.settle(admission.id, of.bound, 'unknown');
          await check();
        };
        const all = Promise.all(calls.map(perform));
        await scheduler.waitFor(all);
        await check();
        await log.close();
      },
    ),
    { numRuns: 60 },
  );
});

const sum = (open: readonly Worst[]): number =>
  open.reduce((total, { estimate }) => total + estimate, 0);

function fail(): never {
  throw new Error('there are three processes');
}
