import { formatInstant, type JsonObject } from '../../base/index.ts';
import type { Transaction } from '../../fact/index.ts';
import { defineCommand } from '../command.ts';
import { readCount } from '../count.ts';
import { showTime } from '../instant.ts';
import { readHome } from '../session.ts';
import { showValue } from '../value.ts';

/** `datum log` */
export const command = defineCommand({
  summary: 'Transactions, newest last',
  options: [
    { flags: '-n, --limit <count>', about: 'the newest so many (20)' },
    { flags: '--branch <name>', about: 'of this branch' },
    { flags: '-f, --follow', about: 'go on as transactions arrive' },
  ],
  examples: ['datum log', 'datum log -n 100 --format json', 'datum log --follow'],
  run: (invocation) =>
    readHome(invocation, async ({ log }) => {
      const { options, terminal, world, global } = invocation;
      const limit = readCount('--limit', options['limit'] ?? '20');
      const branch = typeof options['branch'] === 'string' ? { branch: options['branch'] } : {};
      const recent: Transaction[] = [];
      for await (const transaction of log.transactions(branch)) {
        recent.push(transaction);
        if (recent.length > limit) recent.shift();
      }
      if (options['follow'] !== true) {
        return {
          data: recent.map(transactionData),
          text: recent.length === 0 ? 'nothing yet' : recent.map(showTransaction).join('\n'),
        };
      }
      let last = recent.at(-1)?.id;
      for (const each of recent) terminal.item(transactionData(each), showTransaction(each));
      while (!world.signal.aborted) {
        await world.clock.sleep(FOLLOW_MILLIS, world.signal).catch(() => undefined);
        for await (const each of log.transactions({
          ...branch,
          ...(last === undefined ? {} : { after: last }),
        })) {
          terminal.item(transactionData(each), showTransaction(each));
          last = each.id;
        }
      }
      return { data: null, text: global.format === 'json' ? '' : 'stopped' };
    }),
});

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
