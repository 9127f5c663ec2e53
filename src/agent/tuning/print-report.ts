import { type Proposal, printYamlMap } from '../../folder/index.ts';
import type { Evidence } from './evidence.ts';
import type { Idea } from './idea.ts';

export interface ReportContent {
  readonly agent: string;
  readonly today: string;
  readonly windowDays: number;
  readonly daysOfData: number;
  readonly evidence: Evidence;
  readonly items: readonly { readonly idea: Idea; readonly proposal: Proposal }[];
  readonly meanScore: number | undefined;
}

/** Below this a pattern may be chance (atomic-runtime §15). */
const DAYS_OF_DATA_MIN = 28;

/** The text of a tuning report; who reads it decides by editing `operator_decision`. */
export function printReport(content: ReportContent): string {
  const { agent, today, windowDays, daysOfData, evidence, items, meanScore } = content;
  const { lines } = evidence;
  const matter = [
    '---',
    'schema_version: 1',
    `agent: ${agent}`,
    `generated: ${today}`,
    `window_days: ${windowDays}`,
    `has_hard_fails: ${lines.some(({ hardFails }) => hardFails.length > 0)}`,
    ...(meanScore === undefined ? [] : [`score: ${meanScore}`]),
    '---',
  ];
  const few =
    daysOfData < DAYS_OF_DATA_MIN
      ? [
          '',
          `The results span ${daysOfData} of the ${DAYS_OF_DATA_MIN} days that make a pattern sure.`,
        ]
      : [];
  return [
    ...matter,
    '',
    `# Tuning report - ${agent} - ${today}`,
    '',
    `${items.length} ${items.length === 1 ? 'proposal' : 'proposals'} from ${lines.length} judged results. Set operator_decision to accepted, rejected or deferred, then: datum tune apply ${agent}`,
    ...few,
    ...items.flatMap(({ idea, proposal }, index) => [
      '',
      '---',
      '',
      ...itemLines(idea, proposal, index + 1),
    ]),
    '',
  ].join('\n');
}

function itemLines(idea: Idea, proposal: Proposal, number: number): readonly string[] {
  const fields = printYamlMap({
    proposal_id: proposal.id,
    idea: idea.key,
    target_file: proposal.targetFile,
    target_section: proposal.targetSection,
    edit_type: proposal.editType,
    confidence: proposal.confidence,
    reversibility: proposal.reversibility,
    operator_decision: proposal.decision,
    operator_notes: proposal.notes,
  });
  const fence = fenceFor(proposal.diff);
  return [
    ...['```yaml', '---', fields.trimEnd(), '---', '```', ''],
    ...[`# Proposal ${String(number).padStart(3, '0')}: ${idea.title}`, ''],
    ...['## Pattern detected', '', idea.pattern, ''],
    ...['## Proposed change', '', `${fence}diff`, proposal.diff, fence, ''],
    ...['## What could go wrong', '', idea.risk, ''],
    ...['## Recommended verification', '', idea.verification],
  ];
}

/** A fence longer than any that the text holds. */
function fenceFor(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`{3,}/g)].map(([run]) => run.length));
  return '`'.repeat(longest + 1);
}
