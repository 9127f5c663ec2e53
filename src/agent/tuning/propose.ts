import {
  type Decision,
  type EvalLine,
  type Proposal,
  tuningReportPath,
  type WriteOptions,
} from '../../folder/index.ts';
import { roundHalfEven } from '../evaluation/round.ts';
import { localTime } from '../local-time.ts';
import { openSnapshot } from '../prompt/snapshot.ts';
import type { AgentWorld } from '../run-options.ts';
import { addDays } from '../text/days.ts';
import { printDiff } from '../text/unified-diff.ts';
import { detectIdeas } from './detect.ts';
import {
  type Evidence,
  type FiledReport,
  type HistoryLine,
  readEvidence,
  readHistory,
  readReports,
} from './evidence.ts';
import type { Idea } from './idea.ts';
import { polishIdeas } from './polish.ts';
import { printReport } from './print-report.ts';

export interface ProposeRequest {
  readonly agent: string;
  /** Days that are looked back; 60 when absent. */
  readonly windowDays?: number;
  /** True: the agent's model puts the rules into better words, which costs money. */
  readonly polish?: boolean;
  /** Absent: nothing is written. */
  readonly write?: WriteOptions;
}

/** What was found. */
export interface Proposed {
  readonly proposals: readonly Proposal[];
  /** Path of the report inside the agent folder; absent when there is nothing to propose. */
  readonly path?: string;
  readonly text?: string;
  /** Ideas found again that are not proposed again, with the reason. */
  readonly left: readonly LeftIdea[];
  /** Ideas that a model did not put into better words, with the reason. */
  readonly unworded: readonly LeftIdea[];
  /** Days between the first and the last result that was looked at. */
  readonly daysOfData: number;
}

export interface LeftIdea {
  readonly idea: string;
  readonly why: string;
}

const WINDOW_DAYS = 60;

/**
 * Looks through judged results and notes for what recurs and writes proposals for a person to decide
 * (atomic-runtime §15). What was rejected is not proposed again, what waits is not proposed twice,
 * and what was accepted only for what happened since.
 */
export async function proposeTuning(
  world: AgentWorld,
  { agent, windowDays = WINDOW_DAYS, write, polish = false }: ProposeRequest,
): Promise<Proposed> {
  const { log, folder, clock, zone } = world;
  const snapshot = await openSnapshot(log, { agent, database: await log.at() });
  const { day: today } = localTime(clock.now(), zone);
  const since = addDays(today, -windowDays);
  const evidence = await readEvidence(log, snapshot, { today, since });
  const reports = await readReports(snapshot);
  const past = pastOf(await readHistory(log, snapshot), reports);
  const found = sortOut(evidence, past);
  const worded = polish ? await polishIdeas(world, snapshot, found.fresh) : undefined;
  const fresh = worded?.ideas ?? found.fresh;
  const { left } = found;
  const unworded = worded?.failures ?? [];
  const daysOfData = spanOf(evidence.lines);
  const first =
    1 + reports.flatMap(({ report }) => report.proposals).filter(isOf(agent, today)).length;
  const proposals: Proposal[] = [];
  for (const [index, idea] of fresh.entries()) {
    const text = (await snapshot.read(idea.targetFile)) ?? '';
    const number = String(first + index).padStart(3, '0');
    proposals.push(proposalOf(idea, { id: `${agent}-${today}-${number}`, text }));
  }
  if (proposals.length === 0) return { proposals, left, unworded, daysOfData };
  const path = freePath(today, reports);
  const text = printReport({
    ...{ agent, today, windowDays, daysOfData, evidence },
    items: fresh.map((idea, index) => ({ idea, proposal: proposals[index] as Proposal })),
    meanScore: meanOf(evidence.lines),
  });
  if (write !== undefined) {
    await folder.writeDocument(snapshot.inHome(path), text, { ...write, ifHash: null });
  }
  return { proposals, path, text, left, unworded, daysOfData };
}

const isOf =
  (agent: string, day: string) =>
  ({ id }: Proposal): boolean =>
    id.startsWith(`${agent}-${day}-`);

function proposalOf(idea: Idea, { id, text }: { id: string; text: string }): Proposal {
  const { targetFile, targetSection, editType, confidence, title, key } = idea;
  return {
    ...{ id, targetFile, targetSection, editType, confidence, title },
    reversibility: 'high',
    decision: 'pending',
    notes: '',
    idea: key,
    diff: printDiff(text, idea.edit(text)),
  };
}

interface PastDecision {
  readonly decision: Decision;
  readonly ts: string;
}

/** The last word on each idea: what history has, then what stands in the reports. */
function pastOf(
  history: readonly HistoryLine[],
  reports: readonly FiledReport[],
): ReadonlyMap<string, PastDecision> {
  const past = new Map<string, PastDecision>();
  for (const { path, report } of reports) {
    const ts = /(\d{4}-\d{2}-\d{2})_/.exec(path)?.[1] ?? '';
    for (const { idea, decision } of report.proposals)
      if (idea !== '') past.set(idea, { decision, ts });
  }
  for (const { idea, decision, ts } of history) {
    if (idea !== '') past.set(idea, { decision: decision as Decision, ts });
  }
  return past;
}

function sortOut(evidence: Evidence, past: ReadonlyMap<string, PastDecision>) {
  const fresh: Idea[] = [];
  const left: LeftIdea[] = [];
  for (const idea of detectIdeas(evidence)) {
    const before = past.get(idea.key);
    const again =
      before?.decision === 'accepted' ? since(evidence, before.ts, idea.key) : undefined;
    if (before === undefined) fresh.push(idea);
    else if (again !== undefined) fresh.push(again);
    else left.push({ idea: idea.key, why: WHY[before.decision] });
  }
  return { fresh, left };
}

const WHY: Readonly<Record<Decision, string>> = {
  pending: 'it waits in an earlier report',
  deferred: 'it was put off',
  rejected: 'it was rejected',
  accepted: 'it was accepted, and nothing new speaks for it',
};

/** The idea as what happened after a time alone supports it. */
const since = (evidence: Evidence, ts: string, key: string): Idea | undefined =>
  detectIdeas({ ...evidence, lines: evidence.lines.filter((line) => line.ts > ts) }).find(
    (idea) => idea.key === key,
  );

function freePath(today: string, reports: readonly FiledReport[]): string {
  for (let number = 1; ; number += 1) {
    const path = tuningReportPath(today, number);
    if (!reports.some((each) => each.path === path)) return path;
  }
}

function spanOf(lines: readonly EvalLine[]): number {
  const [first, last] = [lines[0]?.ts, lines.at(-1)?.ts].map((ts) => Date.parse(ts ?? ''));
  const millis = (last ?? Number.NaN) - (first ?? Number.NaN);
  return Number.isNaN(millis) ? 0 : Math.floor(millis / 86_400_000) + 1;
}

const meanOf = (lines: readonly EvalLine[]): number | undefined =>
  lines.length === 0
    ? undefined
    : roundHalfEven(lines.reduce((sum, line) => sum + line.weightedScore, 0) / lines.length, 2);
