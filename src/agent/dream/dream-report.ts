import type { DreamManifest } from '../../folder/index.ts';
import type { Found } from './find-changes.ts';

/** `report.md` of a dream: what was read, what would change and why, what a person has to decide. */
export function dreamReport(
  { inputs }: DreamManifest,
  { changes, remarks, summary }: Found,
): string {
  const read = `${inputs.notes} notes, ${inputs.journalDays} days of journal and ${inputs.logDays} days of log read.`;
  const lines = changes.map(
    ({ kind, files, reason }) => `- **${kind}** ${files.join(', ')}: ${reason}`,
  );
  return [
    '# Dream report',
    '',
    read,
    ...(summary === '' ? [] : ['', summary]),
    '',
    '## Changes',
    '',
    ...(lines.length === 0 ? ['Nothing to change.'] : lines),
    ...(remarks.length === 0 ? [] : ['', '## For you', '', ...remarks.map((each) => `- ${each}`)]),
    '',
  ].join('\n');
}
