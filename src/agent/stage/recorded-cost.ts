import { isJsonObject, type Json, type JsonObject } from '../../base/index.ts';
import { answer, defineOperation, type Handler, liveHandler } from '../../effect/index.ts';
import type { Log } from '../../fact/index.ts';
import { entryText } from '../../folder/index.ts';
import { roundUsd } from '../../model/index.ts';
import { z } from '../../spec/index.ts';

type LogRead = Pick<Log, 'at' | 'blobs'>;

/** The cost that the run's own lines have already, and the lines of its helpers and delegates. */
export interface RecordedSoFar {
  readonly usd: number;
  readonly children: readonly JsonObject[];
}

/** {@link recordedSoFar} as an effect, so that a resumed run reads the same. */
export const readRecorded = defineOperation({
  name: 'agent/recorded-so-far',
  kind: 'read',
  isInstant: true,
  input: z.object({ run: z.string() }),
  output: z.object({ usd: z.number(), children: z.array(z.record(z.string(), z.json())) }),
});

export const liveRunHistory = (log: Log): Handler =>
  liveHandler('run-history', [
    answer(readRecorded, async ({ run }) => {
      const { usd, children } = await recordedSoFar(log, run);
      return { usd, children: [...children] };
    }),
  ]);

const CHILDREN: readonly (Json | undefined)[] = ['helper', 'delegate'];

/** What the run log says of a run now: errors it had before it was resumed, helpers, delegates. */
export async function recordedSoFar(log: LogRead, run: string): Promise<RecordedSoFar> {
  const lines = await linesInLog(log, run);
  const own = lines.filter((line) => line['primitive'] === 'agent_call');
  return {
    usd: roundUsd(own.reduce((usd, line) => usd + costOfSteps(line), 0)),
    children: lines.filter((line) => CHILDREN.includes(line['trigger']) && line['run_id'] === run),
  };
}

/** What a line charges for steps of its run: a resumed run meets them again, and no last words. */
const costOfSteps = (line: JsonObject): number =>
  Number(line['cost_usd'] ?? 0) - Number(line['last_words_usd'] ?? 0);

/** The lines of a run in the order they were written: `run:<id>`, `run:<id>#2`, … */
async function linesInLog(log: LogRead, run: string): Promise<readonly JsonObject[]> {
  const database = await log.at();
  const lines: JsonObject[] = [];
  for (let number = 1; ; number += 1) {
    const entity = number === 1 ? `run:${run}` : `run:${run}#${number}`;
    const text = await entryText(database, entity, log.blobs);
    if (text === undefined) return lines;
    const line: unknown = JSON.parse(text);
    if (isJsonObject(line)) lines.push(line);
  }
}
