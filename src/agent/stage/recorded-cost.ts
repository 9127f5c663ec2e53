import { isJsonObject } from '../../base/index.ts';
import { answer, defineOperation, type Handler, liveHandler } from '../../effect/index.ts';
import type { Log } from '../../fact/index.ts';
import { roundUsd } from '../../model/index.ts';
import { z } from '../../spec/index.ts';

/** What the run log already charges to a run: the errors it had before it was resumed. */
export const recordedCost = defineOperation({
  name: 'agent/recorded-cost',
  kind: 'read',
  input: z.object({ run: z.string() }),
  output: z.object({ usd: z.number() }),
});

export const liveRunHistory = (log: Log): Handler =>
  liveHandler('run-history', [
    answer(recordedCost, async ({ run }) => ({ usd: await costInLog(log, run) })),
  ]);

/** The cost of the lines of a run, in the order they were written: `run:<id>`, `run:<id>#2`, … */
export async function costInLog(log: Pick<Log, 'at'>, run: string): Promise<number> {
  const database = await log.at();
  let usd = 0;
  for (let number = 1; ; number += 1) {
    const entity = number === 1 ? `run:${run}` : `run:${run}#${number}`;
    const record = await database.get(entity, 'run/record');
    if (!isJsonObject(record)) return roundUsd(usd);
    const cost = record['primitive'] === 'agent_call' ? record['cost_usd'] : undefined;
    usd += typeof cost === 'number' ? cost : 0;
  }
}
