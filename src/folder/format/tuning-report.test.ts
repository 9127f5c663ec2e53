import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { decideProposal, parseTuningReport, printTuningReport } from './tuning-report.ts';

const text = readFileSync(
  join(import.meta.dirname, '../../../examples/harbor/evals/tuning_reports/2026-06-05_proposal.md'),
  'utf8',
);

test('the report of harbor, its proposal and its diff', () => {
  const report = parseTuningReport(text, 'r.md');
  expect(report.damaged).toEqual([]);
  expect(report.proposals).toMatchObject([
    {
      id: 'harbor-2026-06-05-001',
      targetFile: 'tools.md',
      editType: 'modification',
      decision: 'pending',
      title: 'Look up before writing a volume number',
      diff: ' - Never cite a volume that the catalogue does not hold.\n+- Run `catalogue_search` for the volume before its number appears in an answer.',
    },
  ]);
  expect(printTuningReport(report)).toBe(text);
});

test('a decision changes its own line and no other', () => {
  const decided = decideProposal(parseTuningReport(text, 'r.md'), 'harbor-2026-06-05-001', {
    decision: 'accepted',
    notes: 'yes: at once',
  });
  expect(printTuningReport(decided)).toBe(
    text
      .replace('operator_decision: pending', 'operator_decision: accepted')
      .replace('operator_notes: ""', "operator_notes: 'yes: at once'"),
  );
  expect(decided.proposals[0]).toMatchObject({ decision: 'accepted', notes: 'yes: at once' });
});

test('a decision that is none is named with its line and counts for nothing', () => {
  const odd = text.replace('operator_decision: pending', 'operator_decision: maybe');
  expect(parseTuningReport(odd, 'r.md')).toMatchObject({
    proposals: [],
    damaged: [{ line: 25, message: '`operator_decision` is "maybe"' }],
  });
});
