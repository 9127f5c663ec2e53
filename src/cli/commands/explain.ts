import { explainRun, type RunStory } from '../../agent/index.ts';
import { defineCommand } from '../command.ts';
import { readHome } from '../session.ts';

/** `datum explain` */
export const command = defineCommand({
  summary: 'A run as a story: what it was asked, did, decided and spent',
  arguments: [{ name: '<run>', about: 'the run, as `datum runs` names it' }],
  examples: ['datum explain run-20260605-141200-000000'],
  run: (invocation) =>
    readHome(invocation, async ({ log }) => {
      const story = await explainRun(log, invocation.args[0] ?? '');
      const { known, steps, ...rest } = story;
      const data = { ...rest, known: known ?? null, steps: steps.map((step) => ({ ...step })) };
      return { data: { ...data, lines: [...story.lines] }, text: tell(story) };
    }),
});

function tell({ run, agent, workItem, known, steps, lines }: RunStory): string {
  const told = steps.flatMap(({ address, operation, what, outcome, result, notes }) => [
    `${address.padStart(4)}  ${operation}  ${what}`,
    `      ${outcome === 'ok' ? '→' : outcome === 'failed' ? '✗' : '?'} ${result}`,
    ...notes.map((note) => `      · ${note}`),
  ]);
  const endings = lines.map((line) => {
    const cost = typeof line['cost_usd'] === 'number' ? `${line['cost_usd'].toFixed(6)} USD` : '';
    return `${String(line['ts'])}  ${String(line['primitive'])}  ${String(line['status'])}  ${cost}`.trimEnd();
  });
  return [
    `${run} of ${agent}`,
    `asked: ${workItem}`,
    ...(known === undefined
      ? []
      : [`read from: ${known.slice(0, 12)} (datum prompt ${agent} --known ${known})`]),
    '',
    ...told,
    '',
    ...endings,
  ].join('\n');
}
