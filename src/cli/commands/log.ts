import { formatInstant, type JsonObject } from '../../base/index.ts';
import type { Point, Transaction } from '../../fact/index.ts';
import type { Home } from '../../home/index.ts';
import { defineCommand, type Invocation, type Report } from '../command.ts';
import { readCount } from '../count.ts';
import { usageError } from '../error.ts';
import { exitCode } from '../exit-code.ts';
import { covers, pointOptions, readPoint, showTime } from '../instant.ts';
import { readHome } from '../session.ts';
import { showValue } from '../value.ts';

/** `datum log` */
export const command = defineCommand({
  summary: 'Transactions, newest last',
  about:
    'Print transactions, newest last: those that were known then with --known, and with --valid those that say something about that time.',
  arguments: [
    { name: '[what]', about: '"runs": the runs of agents instead, as datum runs lists them' },
  ],
  options: [
    { flags: '-n, --limit <count>', about: 'the newest so many (20)' },
    ...pointOptions,
    { flags: '-f, --follow', about: 'go on as transactions arrive' },
  ],
  examples: [
    'datum log',
    'datum log -n 100 --format json',
    'datum log --known 2026-06-01',
    'datum log --follow',
    'datum log runs',
  ],
  run: async (invocation) => {
    const [what] = invocation.args;
    if (what === 'runs') return (await import('./runs.ts')).command.run(invocation);
    if (what === undefined) return showLog(invocation);
    throw usageError(`datum log knows no ${what}`, 'leave it out, or: datum log runs');
  },
});

const showLog = (invocation: Invocation): Promise<Report> =>
  readHome(invocation, async ({ log }) => {
    const { options } = invocation;
    const limit = readCount('--limit', options['limit'] ?? '20');
    const point = readPoint(options);
    const recent: Transaction[] = [];
    for await (const transaction of log.transactions(rangeOf(point))) {
      if (!concerns(transaction, point)) continue;
      recent.push(transaction);
      if (recent.length > limit) recent.shift();
    }
    if (options['follow'] === true) return follow(invocation, { log, recent, point });
    return {
      data: recent.map(transactionData),
      text: recent.length === 0 ? 'nothing yet' : recent.map(showTransaction).join('\n'),
    };
  });

const rangeOf = ({ known, branch }: Point) => ({
  ...(known === undefined ? {} : { known }),
  ...(branch === undefined ? {} : { branch }),
});

/** True when one of its facts says something about the time asked for, or no time was. */
const concerns = ({ facts, at }: Transaction, { valid }: Point): boolean =>
  valid === undefined ||
  facts.some(({ validFrom = at, ...fact }) => covers({ ...fact, validFrom }, valid));

interface Following {
  readonly log: Home['log'];
  readonly recent: readonly Transaction[];
  readonly point: Point;
}

async function follow({ terminal, world }: Invocation, { log, recent, point }: Following) {
  for (const each of recent) terminal.item(transactionData(each), showTransaction(each));
  let last = recent.at(-1)?.id;
  while (!world.signal.aborted) {
    await world.clock.sleep(FOLLOW_MILLIS, world.signal).catch(() => undefined);
    await log.takeIn();
    const after = last === undefined ? {} : { after: last };
    for await (const each of log.transactions({ ...rangeOf(point), ...after })) {
      if (concerns(each, point)) terminal.item(transactionData(each), showTransaction(each));
      last = each.id;
    }
  }
  return { text: '', exit: exitCode.interrupted };
}

const FOLLOW_MILLIS = 500;

const showTransaction = ({ id, at, by, branch, facts }: Transaction): string => {
  const head = `${id.slice(0, 12)}  ${showTime(at)}  ${by}${branch === undefined ? '' : `  [${branch}]`}`;
  const lines = facts.slice(0, 5).map(({ e, a, v, op, sealed }) => {
    const value = sealed === undefined ? (v === undefined ? '' : showValue(v)) : 'sealed';
    return `    ${op === 'retract' ? '-' : '+'} ${e}  ${a}  ${value.slice(0, 100)}`;
  });
  const more = facts.length > 5 ? [`    … ${facts.length - 5} more`] : [];
  return [head, ...lines, ...more].join('\n');
};

const transactionData = ({ at, prev, facts, ...rest }: Transaction): JsonObject => ({
  ...JSON.parse(JSON.stringify(rest)),
  prev: prev ?? null,
  at: formatInstant(at),
  facts: JSON.parse(JSON.stringify(facts)),
});
