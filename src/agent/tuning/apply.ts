import type { JsonObject } from '../../base/index.ts';
import {
  type Decision,
  type Proposal,
  TUNING_HISTORY,
  type WriteOptions,
} from '../../folder/index.ts';
import { AgentError } from '../error.ts';
import { localTime } from '../local-time.ts';
import { type AgentSnapshot, openSnapshot } from '../prompt/snapshot.ts';
import type { AgentWorld } from '../run-options.ts';
import { type Applied, applyDiff } from '../text/unified-diff.ts';
import { type FiledReport, type HistoryLine, readHistory, readReports } from './evidence.ts';

/** What became of a decided proposal. */
export interface Handled {
  readonly proposal: string;
  readonly targetFile: string;
  readonly decision: Decision;
  readonly outcome: 'applied' | 'applied-before' | 'skipped' | 'noted' | 'noted-before';
  /** Why it was skipped. */
  readonly reason?: string;
  readonly diff: string;
}

export interface ApplyRequest {
  readonly agent: string;
  /** Path inside the agent folder; every report when absent. */
  readonly report?: string;
  /** Absent: says what would happen and writes nothing. */
  readonly write?: WriteOptions;
}

/**
 * What an accepted proposal may change. The write paths of tools.md bind the agent; here a person
 * changes files by a command, and only those that tuning is about (decision 0081).
 */
const TARGETS = /^(?:persona\/(?:IDENTITY|SOUL|USER)\.md|tools\.md|memory\/[a-z0-9_-]+\.md)$/;

/**
 * Carries out what was decided: accepted diffs are applied, once; every decision is written to the
 * history, once. A diff that does not stand at exactly one place of its file is skipped and said.
 */
export async function applyTuning(
  world: AgentWorld,
  request: ApplyRequest,
): Promise<readonly Handled[]> {
  const { log } = world;
  const { agent, report: wanted } = request;
  const handled: Handled[] = [];
  const start = await openSnapshot(log, { agent, database: await log.at() });
  const reports = await readReports(start);
  const chosen = wanted === undefined ? reports : reports.filter(({ path }) => path === wanted);
  if (wanted !== undefined && chosen.length === 0) throw unknownReport(wanted, reports);
  const history = await readHistory(log, start);
  for (const { report } of chosen) {
    for (const proposal of report.proposals.filter(({ decision }) => decision !== 'pending')) {
      const snapshot = await openSnapshot(log, { agent, database: await log.at() });
      const outcome = await handle(world, proposal, { snapshot, history, request });
      handled.push(outcome);
    }
  }
  return handled;
}

interface Context {
  readonly snapshot: AgentSnapshot;
  readonly history: readonly HistoryLine[];
  readonly request: ApplyRequest;
}

async function handle(
  world: AgentWorld,
  proposal: Proposal,
  { snapshot, history, request }: Context,
): Promise<Handled> {
  const { id, targetFile, decision, diff } = proposal;
  const before = history.filter(({ proposal: each }) => each === id);
  const base = { proposal: id, targetFile, decision, diff };
  if (decision !== 'accepted') {
    const isNoted = before.some((line) => line.decision === decision);
    if (!isNoted) await note(world, { ...base, outcome: 'noted' }, { proposal, snapshot, request });
    return { ...base, outcome: isNoted ? 'noted-before' : 'noted' };
  }
  if (before.some(({ applied }) => applied)) return { ...base, outcome: 'applied-before' };
  const done = await change(world, proposal, { snapshot, request });
  const result: Handled =
    done === undefined
      ? { ...base, outcome: 'applied' }
      : { ...base, outcome: 'skipped', reason: done };
  const isKnown = done !== undefined && before.at(-1)?.skipReason === done;
  if (!isKnown) await note(world, result, { proposal, snapshot, request });
  return result;
}

/** Applies a diff to its file; answers why it could not. */
async function change(
  { folder }: AgentWorld,
  { id, targetFile, diff }: Proposal,
  { snapshot, request }: Pick<Context, 'snapshot' | 'request'>,
): Promise<string | undefined> {
  if (!TARGETS.test(targetFile)) return `tuning does not change ${targetFile}`;
  const path = snapshot.inHome(targetFile);
  const stored = await folder.readDocument(path);
  if (stored === undefined) return `there is no ${targetFile}`;
  const applied = applyDiff(Buffer.from(stored.content).toString('utf8'), diff);
  if (!applied.ok) return applied.why === 'already' ? undefined : REASONS[applied.why];
  if (request.write === undefined) return undefined;
  const why = { ...request.write.why, proposal: id };
  const result = await folder.writeDocument(path, applied.text, {
    ...request.write,
    why,
    ifHash: stored.hash,
  });
  return result.ok ? undefined : `${targetFile} was changed meanwhile`;
}

const REASONS: Readonly<Record<(Applied & { ok: false })['why'], string>> = {
  'no-change': 'its diff changes nothing: apply it by hand',
  'not-found': 'the lines its diff begins from are not in the file: apply it by hand',
  ambiguous: 'the lines its diff begins from stand in several places: apply it by hand',
  already: '',
};

/** Writes a decision to the history, with a fact of the proposal. */
async function note(
  { folder, log, clock, zone }: AgentWorld,
  { outcome, reason, targetFile, decision, diff }: Handled,
  {
    proposal,
    snapshot,
    request,
  }: Pick<Context, 'snapshot' | 'request'> & { readonly proposal: Proposal },
): Promise<void> {
  const { write } = request;
  if (write === undefined) return;
  const isApplied = outcome === 'applied';
  const line: JsonObject = {
    ts: localTime(clock.now(), zone).iso,
    proposal_id: proposal.id,
    target_file: targetFile,
    edit_type: proposal.editType,
    decision,
    operator_notes: proposal.notes,
    applied: isApplied,
    diff_applied: isApplied ? diff : null,
    skip_reason: reason ?? null,
    dry_run: false,
    idea: proposal.idea,
  };
  await folder.appendEntry(snapshot.inHome(TUNING_HISTORY), JSON.stringify(line), write);
  const e = `proposal:${proposal.id}`;
  await log.transact(
    [
      { e, a: 'tuning/decision', v: decision },
      { e, a: 'tuning/applied', v: isApplied },
      { e, a: 'tuning/target', v: targetFile },
    ],
    write,
  );
}

const unknownReport = (report: string, reports: readonly FiledReport[]): AgentError =>
  new AgentError({
    code: 'agent/unknown-report',
    kind: 'usage',
    message: `there is no tuning report ${report}`,
    hint: `there are ${reports.map(({ path }) => path).join(', ') || 'none yet'}`,
    data: { report },
  });
