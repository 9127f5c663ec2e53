import type { Log } from '../../fact/index.ts';
import {
  type EvalLine,
  parseJsonLines,
  parseRubric,
  parseTuningReport,
  type Rubric,
  TUNING_HISTORY,
  type TuningReport,
} from '../../folder/index.ts';
import { readEvalLines } from '../evaluation/eval-lines.ts';
import { entriesUnder, textsInOrder } from '../prompt/entries.ts';
import { type FiledNote, readNotes } from '../prompt/notes.ts';
import type { AgentSnapshot } from '../prompt/snapshot.ts';

/** What proposals are drawn from. */
export interface Evidence {
  readonly agent: string;
  /** `YYYY-MM-DD`. */
  readonly today: string;
  /** Judged results of the window, oldest first; a case without a verdict is not among them. */
  readonly lines: readonly EvalLine[];
  readonly notes: readonly FiledNote[];
  readonly rubric?: Rubric;
}

/** A decision of the past. */
export interface HistoryLine {
  readonly proposal: string;
  readonly targetFile: string;
  readonly decision: string;
  readonly idea: string;
  readonly ts: string;
  readonly applied: boolean;
  readonly skipReason: string;
}

/** A report with its path inside the agent folder. */
export interface FiledReport {
  readonly path: string;
  readonly report: TuningReport;
}

/** Reads the judged results since a day, and the notes as they are. */
export async function readEvidence(
  log: Pick<Log, 'blobs'>,
  snapshot: AgentSnapshot,
  { today, since }: { readonly today: string; readonly since: string },
): Promise<Evidence> {
  const { lines } = await readEvalLines(log, snapshot, since);
  const rubric = await snapshot.read('evals/rubric.md');
  return {
    agent: snapshot.agent,
    today,
    lines: lines.filter(({ verdict }) => verdict !== 'judge_error'),
    notes: await readNotes(snapshot),
    ...(rubric === undefined ? {} : { rubric: parseRubric(rubric, 'evals/rubric.md') }),
  };
}

/** Every decision written down so far, oldest first. */
export async function readHistory(
  log: Pick<Log, 'blobs'>,
  snapshot: AgentSnapshot,
): Promise<readonly HistoryLine[]> {
  const placed = (await entriesUnder(snapshot, 'evals')).filter(
    ({ file }) => file === TUNING_HISTORY,
  );
  const texts = await textsInOrder(
    placed.map(({ entity }) => entity),
    { database: snapshot.database, log },
  );
  return parseJsonLines(texts.join('\n'), TUNING_HISTORY).lines.map(({ value }) => {
    const text = (key: string): string => (typeof value[key] === 'string' ? value[key] : '');
    return {
      proposal: text('proposal_id'),
      targetFile: text('target_file'),
      decision: text('decision'),
      idea: text('idea'),
      ts: text('ts'),
      applied: value['applied'] === true,
      skipReason: text('skip_reason'),
    };
  });
}

/** Every report, in the order of their names. */
export async function readReports(snapshot: AgentSnapshot): Promise<readonly FiledReport[]> {
  const paths = snapshot.paths.filter((path) => /^evals\/tuning_reports\/[^/]+\.md$/.test(path));
  return Promise.all(
    paths.map(async (path) => ({
      path,
      report: parseTuningReport((await snapshot.read(path)) ?? '', snapshot.inHome(path)),
    })),
  );
}
