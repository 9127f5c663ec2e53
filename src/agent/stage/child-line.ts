import { perform } from '../../effect/index.ts';
import { printRunRecord, type RunRecord, runLogPath } from '../../folder/index.ts';
import type { LocalTime } from '../local-time.ts';
import { writeRecord } from '../operations.ts';
import type { LoadedRun } from './load.ts';

type ChildFields = Pick<RunRecord, 'primitive' | 'trigger' | 'status' | 'summary'> &
  Partial<RunRecord>;

/** A line for something that happened inside a run. */
export const childLine = (
  { identity }: LoadedRun,
  { iso }: LocalTime,
  fields: ChildFields,
): RunRecord => ({
  ts: iso,
  runId: identity.id,
  model: 'n/a',
  inputTokens: 0,
  outputTokens: 0,
  parentRunId: identity.id,
  agentName: identity.request.agent,
  extras: {},
  ...fields,
});

/** Appends lines to the run log of a day, as an effect of the run. */
export async function performLines(time: LocalTime, lines: readonly RunRecord[]): Promise<void> {
  const path = runLogPath(time.day);
  await perform(writeRecord, {
    entries: lines.map((line) => ({ path, text: printRunRecord(line) })),
  });
}
