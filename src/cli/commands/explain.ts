import { explainRun, type RunStory, type ToldDecision, type ToldStep } from '../../agent/index.ts';
import type { Json } from '../../base/index.ts';
import { defineCommand } from '../command.ts';
import { showTime } from '../instant.ts';
import { readHome } from '../session.ts';
import type { Terminal } from '../terminal.ts';

/** `datum explain` */
export const command = defineCommand({
  summary: 'A run as a story: what it was asked, saw, did, decided, spent and wrote',
  arguments: [{ name: '<run>', about: 'the run, as `datum runs` names it' }],
  examples: ['datum explain run-20260605-141200-000000'],
  run: (invocation) =>
    readHome(invocation, async ({ log }) => {
      const story = await explainRun(log, invocation.args[0] ?? '');
      const data = JSON.parse(JSON.stringify({ ...story, known: story.read?.known ?? null }));
      return { data: data as Json, text: tell(story, invocation.terminal) };
    }),
});

type Paint = Terminal['paint'];

function tell(story: RunStory, { paint }: Pick<Terminal, 'paint'>): string {
  const { run, agent, workItem, steps, decisions, wrote } = story;
  const told = steps
    .filter((step) => !isBookkeeping(step))
    .flatMap((step) => [
      ...tellStep(step, paint),
      ...decisions.filter((each) => each.step === step.address).map(tellDecision),
      ...step.notes.map((note) => `      ${note}`),
    ]);
  const others = decisions.filter(({ step }) => !steps.some(({ address }) => address === step));
  return [
    paint('bold', `${run} of ${agent}`),
    `${asked(story)}`,
    `  ${workItem.split('\n').join('\n  ')}`,
    ...tellRead(story),
    '',
    ...told,
    ...others.map(tellDecision),
    ...(wrote.length === 0 ? [] : ['', 'wrote', ...wrote.map((path) => `  ${path}`)]),
    '',
    ...tellEnd(story),
  ].join('\n');
}

function asked({ trigger, principal, began }: RunStory): string {
  const when = began === undefined ? '' : `, ${showTime(began)}`;
  return `asked by ${principal} (${trigger})${when}:`;
}

function tellRead({ read, agent }: RunStory): readonly string[] {
  if (read === undefined) return [];
  const tokens = read.sections.reduce((sum, section) => sum + section.tokens, 0);
  const row = (name: string, files: readonly string[]): readonly string[] =>
    files.length === 0 ? [] : [`  ${name.padEnd(8)}  ${files.join(', ')}`];
  return [
    '',
    `saw ${read.sections.length} sections, about ${tokens} tokens`,
    ...row('pinned', read.pinned),
    ...row('recent', read.recent),
    ...row('journal', read.journal === undefined ? [] : [read.journal]),
    ...row('again', read.known === null ? [] : [`datum prompt ${agent} --known ${read.known}`]),
  ];
}

/** Reads of the clock and of the run's own past are in the record so that it can be resumed; no part of the story. */
const isBookkeeping = ({ operation, outcome }: ToldStep): boolean =>
  outcome === 'ok' && (/^(?:clock|random)\//.test(operation) || BOOKKEEPING.has(operation));

const BOOKKEEPING: ReadonlySet<string> = new Set([
  'agent/recorded-so-far',
  'agent/name-delegate',
  'agent/missing-vectors',
  'agent/keep-vectors',
]);

/** What a step did, in a word; one without a word is told by the name of its operation. */
const WORDS: Readonly<Record<string, string>> = {
  'model/generate': 'asked',
  'model/embed': 'embedded',
  'tool/read': 'used',
  'tool/write': 'used, to write,',
  'tool/external': 'used, outside,',
  'tool/high-risk': 'used, at high risk,',
  'agent/discover-tools': 'looked for tools in',
  'agent/earlier-turns': 'took up the conversation',
  'agent/write-memory': 'remembered',
  'agent/write-record': 'recorded',
  'agent/ask-helper': 'asked a helper',
  'agent/ask-helpers': 'asked helpers',
  'agent/reserve-batch': 'reserved for all of them',
  'agent/release-batch': 'released what was left',
  'agent/ask-delegate': 'delegated',
  'agent/ask-delegates': 'delegated',
  'agent/run-delegate': 'the delegate ran',
};

const MARKS = { ok: '→', failed: '✗', unknown: '?' } as const;

function tellStep(step: ToldStep, paint: Paint): readonly string[] {
  const { address, operation, what, outcome, result } = step;
  const color = outcome === 'ok' ? 'green' : outcome === 'failed' ? 'red' : 'yellow';
  const cost = costOf(step);
  return [
    `${address.padStart(4)}  ${paint('cyan', WORDS[operation] ?? operation)} ${what}`,
    `      ${paint(color, MARKS[outcome])} ${result}`,
    ...(cost === '' ? [] : [`      ${paint('dim', cost)}`]),
  ];
}

function costOf({ millis, tokens, costUsd }: ToldStep): string {
  const count = (name: string): number => Number(tokens?.[name] ?? 0);
  const cached = count('cacheRead') > 0 ? ` (${count('cacheRead')} cached)` : '';
  return [
    ...(tokens === undefined ? [] : [`${count('input')} in${cached}, ${count('output')} out`]),
    ...(costUsd === undefined ? [] : [`${costUsd.toFixed(6)} USD`]),
    ...(millis === undefined ? [] : [`${(millis / 1000).toFixed(1)} s`]),
  ].join(' · ');
}

function tellDecision({ verdict, reason, model, reservedUsd, caps }: ToldDecision): string {
  const seen = caps.map(({ account, cap, spent, held }) => {
    const [scope = '', , period = ''] = String(account).split('/');
    const open = Number(held) > 0 ? ` and ${usd(held)} held` : '';
    return `${period === '' ? scope : period} ${usd(spent)}${open} of ${usd(cap)}`;
  });
  const standing = seen.length === 0 ? '' : `; spent ${seen.join(', ')}`;
  return `      budget: ${verdict}, ${reason}: ${usd(reservedUsd)} for ${model}${standing}`;
}

const usd = (value: Json | undefined): string => `$${Number(value ?? 0).toFixed(4)}`;

/** The run's own lines, its calls of tools left out, for they are told as steps. */
function tellEnd({ lines, costUsd }: RunStory): readonly string[] {
  const told = lines
    .filter(({ trigger }) => trigger !== 'tool_call')
    .map((line) => {
      const cost = typeof line['cost_usd'] === 'number' ? `${line['cost_usd'].toFixed(6)} USD` : '';
      const error = typeof line['error'] === 'string' ? line['error'] : '';
      const head = `${String(line['ts']).slice(0, 19)}  ${String(line['primitive'])}`;
      return [head, String(line['status']), cost, error].filter((part) => part !== '').join('  ');
    });
  const last = lines.at(-1);
  return last === undefined
    ? ['not ended: it is under way, or died; go on with datum run --resume']
    : [...told, `in all ${costUsd.toFixed(6)} USD`];
}
