import type { Log } from '../../fact/index.ts';
import { dayOfEvalRun, type EvalLine, type Problem, parseEvalRun } from '../../folder/index.ts';
import { entriesUnder, textsInOrder } from '../prompt/entries.ts';
import type { AgentSnapshot } from '../prompt/snapshot.ts';

/** Recorded results, and lines that say nothing. */
export interface EvalLines {
  /** Oldest first. */
  readonly lines: readonly EvalLine[];
  readonly damaged: readonly Problem[];
}

/** Reads the results of an agent as its facts hold them, those of all days or since one (`YYYY-MM-DD`). */
export async function readEvalLines(
  log: Pick<Log, 'blobs'>,
  snapshot: AgentSnapshot,
  since = '',
): Promise<EvalLines> {
  const placed = (await entriesUnder(snapshot, 'evals/runs')).filter(({ file }) => {
    const day = dayOfEvalRun(file);
    return day !== undefined && day >= since;
  });
  const texts = await textsInOrder(
    placed.map(({ entity }) => entity),
    { database: snapshot.database, log },
  );
  const { lines, damaged } = parseEvalRun(texts.join('\n'), 'evals/runs');
  return { damaged, lines: lines.toSorted((a, b) => (a.ts < b.ts ? -1 : a.ts > b.ts ? 1 : 0)) };
}
