import { type Proposed, proposeTuning } from '../../../agent/index.ts';
import type { JsonObject } from '../../../base/index.ts';
import { defineCommand, type OptionValue } from '../../command.ts';
import { usageError } from '../../error.ts';
import { writeHome } from '../../session.ts';

/** `datum tune propose` */
export const command = defineCommand({
  summary: 'Look for what recurs; write proposals',
  about:
    'Reads judged results and notes of the last days and proposes edits of persona, tools.md and notes, ' +
    'each with its diff, into evals/tuning_reports. Changes nothing else. What was rejected is not ' +
    'proposed again.',
  arguments: [{ name: '<agent>', about: 'the agent' }],
  options: [
    { flags: '--since <days>', about: 'how far to look back, like 60d (the default)' },
    { flags: '--polish', about: "let the agent's model put the rules into better words" },
    { flags: '--dry-run', about: 'show the report and write nothing' },
  ],
  examples: ['datum tune propose harbor', 'datum tune propose harbor --since 30d --dry-run'],
  run: (invocation) => {
    const { args, options } = invocation;
    const windowDays = daysOf(options['since']);
    return writeHome(invocation, async (home) => {
      const agent = await home.agent(args[0] ?? '').called();
      const world = await home.agent(agent).world();
      const isDry = options['dryRun'] === true;
      const found = await proposeTuning(world, {
        agent,
        polish: options['polish'] === true,
        ...(windowDays === undefined ? {} : { windowDays }),
        ...(isDry ? {} : { write: { by: home.by, why: { source: 'tune propose' } } }),
      });
      if (!isDry) await home.commit(`tune: proposals for ${agent}`);
      return { data: dataOf(found), text: isDry && found.text ? found.text : textOf(found, agent) };
    });
  },
});

function daysOf(since: OptionValue): number | undefined {
  if (typeof since !== 'string') return undefined;
  const days = Number(/^(\d+)d?$/.exec(since)?.[1]);
  if (Number.isSafeInteger(days) && days >= 1) return days;
  throw usageError(`--since ${since} is no number of days`, 'write it like 60d');
}

function textOf({ proposals, path, left, unworded }: Proposed, agent: string): string {
  const again = [
    ...left.map(({ idea, why }) => `not again  ${idea}: ${why}`),
    ...unworded.map(({ idea, why }) => `not worded anew  ${idea}: ${why}`),
  ];
  if (path === undefined) return [...again, 'nothing to propose'].join('\n');
  return [
    ...proposals.flatMap(({ id, title, targetFile, confidence, diff }) => [
      `${id}  ${title}  (${targetFile}, confidence ${confidence})`,
      ...diff.split('\n').map((line) => `    ${line}`),
    ]),
    ...again,
    `written to ${path}; decide with: datum tune decide ${agent} <proposal> accepted`,
  ].join('\n');
}

const dataOf = ({ proposals, path, left, unworded, daysOfData }: Proposed): JsonObject => ({
  proposals: proposals.map((proposal) => ({ ...proposal })),
  path: path ?? null,
  left: left.map((each) => ({ ...each })),
  unworded: unworded.map((each) => ({ ...each })),
  daysOfData,
});
