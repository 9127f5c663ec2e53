import type { Savings } from '../../agent/index.ts';
import type { Json } from '../../base/index.ts';
import {
  dearestRuns,
  type RunQuery,
  type RunSpend,
  type SpendKey,
  spendBy,
} from '../../folder/index.ts';
import type { Home } from '../../home/index.ts';
import { defineCommand, type Invocation, type OptionValue } from '../command.ts';
import { readCount } from '../count.ts';
import { readDay } from '../day.ts';
import { usageError } from '../error.ts';
import { given } from '../given.ts';
import { readHome } from '../session.ts';

const KEYS: readonly (SpendKey | 'run')[] = ['day', 'model', 'agent', 'run'];
const BAR_LENGTH = 30;

/** `datum costs` */
export const command = defineCommand({
  summary: 'What was spent, by day, model, agent or run',
  options: [
    { flags: '--by <key>', about: `${KEYS.join(', ')} (day)` },
    { flags: '--since <day>', about: 'from this day on, YYYY-MM-DD' },
    { flags: '-a, --agent <name>', about: 'of this agent' },
    { flags: '-n, --limit <count>', about: 'of --by run: the dearest so many (20)' },
    { flags: '--all', about: 'of --by run: every run' },
    { flags: '--savings', about: 'also what caching and helpers have saved' },
  ],
  examples: [
    'datum costs',
    'datum costs --by model --since 2026-06-01',
    'datum costs --by run -n 5',
    'datum costs --savings',
  ],
  run: (invocation) =>
    readHome(invocation, async ({ log }) => {
      const { options, terminal } = invocation;
      const by = readKey(options['by']);
      const from = readDay('--since', options['since']);
      const agent: RunQuery = given('agent', options['agent']);
      const query = { ...agent, ...(from === undefined ? {} : { from }) };
      const limit = readLimit(by, options);
      const { rows, ...all } = await terminal.during('adding up the runs', () =>
        by === 'run' ? dearestRuns(log, { ...query, limit }) : everySpend(log, by, query),
      );
      const left = restOf({ rows, ...all });
      const saved = options['savings'] === true ? await savedOf(log, query) : undefined;
      const total = all.usd;
      const data = {
        by,
        total,
        rows: rows.map((row) => ({ ...row })),
        ...(left === undefined ? {} : { others: { ...left } }),
        ...(saved === undefined ? {} : { savings: JSON.parse(JSON.stringify(saved)) as Json }),
      };
      if (rows.length === 0) {
        const whose = agent.agent === undefined ? '' : ` by ${agent.agent}`;
        return { data, text: `nothing was spent${whose}` };
      }
      const highest = rows.reduce((most, { usd }) => Math.max(most, usd), 0);
      const width = rows.reduce((most, { key }) => Math.max(most, key.length), 5);
      const lines = rows.map(({ key, usd, records }) =>
        `${key.padEnd(width)}  ${usd.toFixed(6).padStart(11)}  ${String(records).padStart(7)}  ${bar(usd, highest)}`.trimEnd(),
      );
      const others =
        left &&
        `${'others'.padEnd(width)}  ${left.usd.toFixed(6).padStart(11)}  ${String(left.records).padStart(7)}  ${left.runs} more runs; all: --all`;
      return {
        data,
        text: [
          `${by.padEnd(width)}  ${'USD'.padStart(11)}  records`,
          ...lines,
          ...(others === undefined ? [] : [others]),
          `${'total'.padEnd(width)}  ${total.toFixed(6).padStart(11)}`,
          ...(saved === undefined ? [] : ['', ...tellSavings(saved)]),
        ].join('\n'),
      };
    }),
});

/** The rows of a key that has few, and their sums. */
async function everySpend(log: Home['log'], by: SpendKey, query: RunQuery): Promise<RunSpend> {
  const rows = await spendBy(log, by, query);
  const sum = (of: 'usd' | 'records'): number => rows.reduce((all, row) => all + row[of], 0);
  return { rows, runs: rows.length, usd: toMillionths(sum('usd')), records: sum('records') };
}

/** What the rows leave out; `undefined` when they are all. */
function restOf({ rows, runs, usd, records }: RunSpend): Omit<RunSpend, 'rows'> | undefined {
  if (rows.length === runs) return undefined;
  const shown = (of: 'usd' | 'records'): number => rows.reduce((all, row) => all + row[of], 0);
  return {
    runs: runs - rows.length,
    usd: toMillionths(usd - shown('usd')),
    records: records - shown('records'),
  };
}

const toMillionths = (usd: number): number => Number(usd.toFixed(6));

/** How many runs are listed; all of them for `--all`. */
function readLimit(by: SpendKey | 'run', options: Invocation['options']): number {
  const { all, limit } = options;
  if (by !== 'run' && (all === true || limit !== undefined)) {
    throw usageError('--limit and --all go with --by run', 'leave them out: every row is listed');
  }
  if (all === true && limit !== undefined) {
    throw usageError('--limit and --all exclude each other', 'leave one of them out');
  }
  return all === true ? Number.MAX_SAFE_INTEGER : readCount('--limit', limit ?? '20');
}

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

function readKey(value: OptionValue): SpendKey | 'run' {
  const key = KEYS.find((each) => each === (value ?? 'day'));
  if (key !== undefined) return key;
  throw usageError(`--by ${String(value)} is not known`, `use one of ${KEYS.join(', ')}`);
}
