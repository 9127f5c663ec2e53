import {
  type EvalRate,
  evalRates,
  RATE_KEYS,
  readEvalLines,
  SUITES,
  suiteOf,
} from '../../../agent/index.ts';
import { defineCommand, type OptionValue } from '../../command.ts';
import { readDay } from '../../day.ts';
import { usageError } from '../../error.ts';
import { pointOptions, readPoint } from '../../instant.ts';
import { table } from '../../panel.ts';
import { readHome } from '../../session.ts';

/** `datum eval rates` */
export const command = defineCommand({
  summary: 'Pass rates and hard-fail rates of recorded results',
  about:
    'Reads what was written to evals/runs and asks nobody. Shares are of the results with a verdict: ' +
    "a judge's or a cap's trouble is none.",
  arguments: [{ name: '<agent>', about: 'the agent' }],
  options: [
    { flags: '--by <key>', about: `${RATE_KEYS.join(', ')} (suite)` },
    { flags: '--since <day>', about: 'from this day on, YYYY-MM-DD' },
    { flags: '--suite <name>', about: `only ${SUITES.join(', ')}` },
    ...pointOptions,
  ],
  examples: [
    'datum eval rates harbor',
    'datum eval rates harbor --since 2026-06-01 --suite adversarial',
    'datum eval rates harbor --by test --known 2026-06-10',
  ],
  run: (invocation) => {
    const { args, options, terminal } = invocation;
    const [agent = ''] = args;
    const by = oneOf('--by', options['by'] ?? 'suite', RATE_KEYS);
    const since = readDay('--since', options['since']);
    const suite =
      options['suite'] === undefined ? undefined : oneOf('--suite', options['suite'], SUITES);
    return readHome(invocation, async (home) => {
      const snapshot = await home.agent(agent).snapshot(readPoint(options));
      const { lines, damaged } = await readEvalLines(home.log, snapshot, since);
      if (damaged.length > 0) terminal.note(`${damaged.length} damaged results are not counted`);
      const asked = lines.filter((line) => suite === undefined || suiteOf(line) === suite);
      const { rows, total } = evalRates(asked, by);
      return {
        data: {
          agent,
          by,
          ...(since === undefined ? {} : { since }),
          ...(suite === undefined ? {} : { suite }),
          rows: rows.map((row) => ({ ...row })),
          total: { ...total },
        },
        text:
          rows.length === 0
            ? `no results of ${agent} are recorded; datum eval ${agent} makes them`
            : table([
                [by, 'results', 'scored', 'passed', 'hard fails', 'mean', ''],
                ...rows.map((row) => cellsOf(row.key, row)),
                ...(rows.length === 1 ? [] : [cellsOf('total', total)]),
              ]),
      };
    });
  },
});

const cellsOf = (key: string, rate: EvalRate): readonly string[] => [
  key,
  String(rate.results),
  String(rate.scored),
  share(rate.passed, rate.passRate),
  share(rate.hardFailed, rate.hardFailRate),
  rate.meanScore?.toFixed(2) ?? '-',
  Object.entries(rate.hardFails)
    .map(([code, times]) => `${code} ${times}`)
    .join(', '),
];

const share = (count: number, rate: number | undefined): string =>
  rate === undefined ? '-' : `${count} (${(rate * 100).toFixed(1)} %)`;

function oneOf<Name extends string>(
  option: string,
  value: OptionValue,
  names: readonly Name[],
): Name {
  const name = names.find((each) => each === value);
  if (name !== undefined) return name;
  throw usageError(`${option} ${String(value)} is not known`, `use one of ${names.join(', ')}`);
}
