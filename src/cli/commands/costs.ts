import type { Savings } from '../../agent/index.ts';
import type { Json } from '../../base/index.ts';
import { type RunQuery, type SpendKey, spendBy } from '../../folder/index.ts';
import type { Home } from '../../home/index.ts';
import { defineCommand, type OptionValue } from '../command.ts';
import { readDay } from '../day.ts';
import { usageError } from '../error.ts';
import { given } from '../given.ts';
import { readHome } from '../session.ts';

const KEYS: readonly SpendKey[] = ['day', 'model', 'agent', 'run'];
const BAR_LENGTH = 30;

/** `datum costs` */
export const command = defineCommand({
  summary: 'What was spent, by day, model, agent or run',
  options: [
    { flags: '--by <key>', about: `${KEYS.join(', ')} (day)` },
    { flags: '--since <day>', about: 'from this day on, YYYY-MM-DD' },
    { flags: '-a, --agent <name>', about: 'of this agent' },
    { flags: '--savings', about: 'also what caching and helpers have saved' },
  ],
  examples: ['datum costs', 'datum costs --by model --since 2026-06-01', 'datum costs --savings'],
  run: (invocation) =>
    readHome(invocation, async ({ log }) => {
      const { options, terminal } = invocation;
      const by = readKey(options['by']);
      const from = readDay('--since', options['since']);
      const agent: RunQuery = given('agent', options['agent']);
      const query = { ...agent, ...(from === undefined ? {} : { from }) };
      const rows = await terminal.during('adding up the runs', () => spendBy(log, by, query));
      const saved = options['savings'] === true ? await savedOf(log, query) : undefined;
      const total = Number(rows.reduce((sum, { usd }) => sum + usd, 0).toFixed(6));
      const data = {
        by,
        total,
        rows: rows.map((row) => ({ ...row })),
        ...(saved === undefined ? {} : { savings: JSON.parse(JSON.stringify(saved)) as Json }),
      };
      if (rows.length === 0) {
        const whose = agent.agent === undefined ? '' : ` by ${agent.agent}`;
        return { data, text: `nothing was spent${whose}` };
      }
      const highest = Math.max(...rows.map(({ usd }) => usd));
      const width = Math.max(5, ...rows.map(({ key }) => key.length));
      const lines = rows.map(({ key, usd, records }) =>
        `${key.padEnd(width)}  ${usd.toFixed(6).padStart(11)}  ${String(records).padStart(7)}  ${bar(usd, highest)}`.trimEnd(),
      );
      return {
        data,
        text: [
          `${by.padEnd(width)}  ${'USD'.padStart(11)}  records`,
          ...lines,
          `${'total'.padEnd(width)}  ${total.toFixed(6).padStart(11)}`,
          ...(saved === undefined ? [] : ['', ...tellSavings(saved)]),
        ].join('\n'),
      };
    }),
});

/** Loaded when it is asked for, like all of a run's code. */
const savedOf = async (log: Home['log'], query: RunQuery): Promise<Savings> =>
  (await import('../../agent/index.ts')).savingsOf(log, query);

function tellSavings({ cache, helpers }: Savings): readonly string[] {
  const share = cache.hitShare === undefined ? '-' : `${(cache.hitShare * 100).toFixed(1)} %`;
  return [
    `cache    ${share} of the input from a cache, ${cache.savedUsd.toFixed(6)} saved`,
    `helpers  ${helpers.calls} for ${helpers.usd.toFixed(6)}; ${helpers.savedUsd.toFixed(6)} saved against the main model`,
  ];
}

const bar = (usd: number, highest: number): string =>
  highest === 0 ? '' : '█'.repeat(Math.round((usd / highest) * BAR_LENGTH));

function readKey(value: OptionValue): SpendKey {
  const key = KEYS.find((each) => each === (value ?? 'day'));
  if (key !== undefined) return key;
  throw usageError(`--by ${String(value)} is not known`, `use one of ${KEYS.join(', ')}`);
}
