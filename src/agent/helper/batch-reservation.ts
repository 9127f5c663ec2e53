import type { Json } from '../../base/index.ts';
import { answer, type Clause, defineOperation } from '../../effect/index.ts';
import { reserveBatch as reserveIn } from '../../guard/index.ts';
import { z } from '../../spec/index.ts';
import { budgetOptions } from '../stage/budget.ts';
import type { LoadedRun } from '../stage/load.ts';

const json: z.ZodType<Json, Json> = z.json();

/** Reserves for all calls of a batch, or refuses it as a whole; `id` is null where no money is kept. */
export const reserveBatch = defineOperation({
  name: 'agent/reserve-batch',
  kind: 'write',
  input: z.object({ calls: z.array(z.object({ operation: z.string(), args: json })) }),
  output: z.object({ id: z.string().nullable(), usd: z.number() }),
  idempotent: true,
});

/** Gives back what the calls of a batch did not draw. */
export const releaseBatch = defineOperation({
  name: 'agent/release-batch',
  kind: 'write',
  input: z.object({ id: z.string() }),
  output: z.null(),
  idempotent: true,
});

/** What performs both, for the money of a run. */
export const batchClauses = (run: LoadedRun): readonly Clause[] => [
  answer(reserveBatch, async ({ calls }) => {
    const options = budgetOptions(run);
    if (options === undefined) return { id: null, usd: 0 };
    const { id, usd } = await reserveIn(options, calls);
    return { id, usd };
  }),
  answer(releaseBatch, async ({ id }) => {
    await run.world.budget?.settle(id, 0, 'released');
    return null;
  }),
];
