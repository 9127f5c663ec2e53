import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FolderError, parseScheduleFile } from '../index.ts';

test('a schedule is a heading with lines; prose and fences beside them are left alone', () => {
  const text = `# Schedules

Runs by itself.

## morning
- cron: \`0 7 * * 1-5\`
- zone: Europe/Berlin
- work: Which sources are due: this week?

\`\`\`
work: not this
\`\`\`

## digest
cron: @weekly
work: Write
model: flux/think
`;
  expect(parseScheduleFile(text, 'schedule.md').schedules).toEqual([
    {
      name: 'morning',
      cron: '0 7 * * 1-5',
      zone: 'Europe/Berlin',
      workItem: 'Which sources are due: this week?',
      line: 5,
    },
    {
      name: 'digest',
      cron: '@weekly',
      zone: 'UTC',
      workItem: 'Write',
      model: 'flux/think',
      line: 14,
    },
  ]);
});

test.each([
  ['## a\ncron: 0 7 * * *\n', 'has no work'],
  ['## a\nwork: x\n', 'has the cron ``'],
  ['## a\ncron: 0 0 7 * * *\nwork: x\n', 'has the cron `0 0 7 * * *`'],
  ['## a\ncron: 61 7 * * *\nwork: x\n', 'Invalid value for minute'],
  ['## a\ncron: 0 0 31 2 *\nwork: x\n', 'never comes'],
  ['## a\ncron: @daily\nzone: Mars/X\nwork: x\n', 'has the zone `Mars/X`'],
  ['## A b\ncron: @daily\nwork: x\n', 'has no usable name'],
  ['## a\ncron: @daily\nwork: x\n## a\ncron: @daily\nwork: y\n', 'is there twice'],
])('%j is refused with its line', (text, message) => {
  const problems = () => parseScheduleFile(text, 'schedule.md');
  expect(problems).toThrow(FolderError);
  try {
    problems();
  } catch (error) {
    const found = (error as FolderError).problems.map((problem) => problem.message);
    expect(found.some((each) => each.includes(message))).toBe(true);
  }
});

test('whatever stands in the file, it is read or refused with lines', () => {
  const line = fc.oneof(
    fc.constantFrom('## a', 'cron: @daily', 'work: x', 'zone: UTC'),
    fc.string(),
  );
  fc.assert(
    fc.property(fc.array(line), (lines) => {
      try {
        for (const { cron, workItem } of parseScheduleFile(lines.join('\n'), 'f').schedules) {
          expect(cron).not.toBe('');
          expect(workItem).not.toBe('');
        }
      } catch (error) {
        expect(error).toBeInstanceOf(FolderError);
        expect((error as FolderError).problems.length).toBeGreaterThan(0);
      }
    }),
  );
});
