import {
  type Decision,
  decideProposal,
  printTuningReport,
  type WriteOptions,
} from '../../folder/index.ts';
import { AgentError } from '../error.ts';
import { openSnapshot } from '../prompt/snapshot.ts';
import type { AgentWorld } from '../run-options.ts';
import { type FiledReport, readHistory, readReports } from './evidence.ts';

/** Writes a person's decision into the report the proposal stands in; answers the report's path. */
export async function decideTuning(
  { folder, log }: AgentWorld,
  {
    agent,
    proposal,
    ...decided
  }: {
    readonly agent: string;
    readonly proposal: string;
    readonly decision: Decision;
    readonly notes?: string;
  },
  write: WriteOptions,
): Promise<string> {
  const snapshot = await openSnapshot(log, { agent, database: await log.at() });
  const reports = await readReports(snapshot);
  const found = reports.find(({ report }) => report.proposals.some(({ id }) => id === proposal));
  if (found === undefined) throw unknownProposal(proposal, reports);
  const history = await readHistory(log, snapshot);
  if (history.some((line) => line.proposal === proposal && line.applied)) {
    throw appliedAlready(proposal);
  }
  const content = printTuningReport(decideProposal(found.report, proposal, decided));
  await folder.writeDocument(snapshot.inHome(found.path), content, write);
  return found.path;
}

const appliedAlready = (proposal: string): AgentError =>
  new AgentError({
    code: 'agent/proposal-applied',
    kind: 'usage',
    message: `the proposal ${proposal} was applied already`,
    hint: 'take the change back by hand, or with: datum restore --known <time> <file>',
    data: { proposal },
  });

const unknownProposal = (proposal: string, reports: readonly FiledReport[]): AgentError => {
  const ids = reports.flatMap(({ report }) => report.proposals).map(({ id }) => id);
  return new AgentError({
    code: 'agent/unknown-proposal',
    kind: 'usage',
    message: `no report has a proposal ${proposal}`,
    hint:
      ids.length === 0
        ? 'make some with: datum tune propose <agent>'
        : `there are ${ids.join(', ')}`,
    data: { proposal },
  });
};
