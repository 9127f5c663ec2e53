import { defineCommand } from '../command.ts';
import { covers, pointOptions, readPoint, showTime } from '../instant.ts';
import { table } from '../panel.ts';
import { readHome } from '../session.ts';
import { datomData, readEntity, showInterval, showValue } from '../value.ts';

/** `datum history` */
export const command = defineCommand({
  summary: 'Everything that was ever stated about an entity, oldest first',
  about:
    'Print every operation on an entity that is known, oldest first; with --valid those that say something about that time.',
  arguments: [
    { name: '<entity>', about: 'kind:name' },
    { name: '[attribute]', about: 'one attribute only' },
  ],
  options: pointOptions,
  examples: ['datum history agent:harbor', 'datum history agent:harbor agent/mood'],
  run: (invocation) =>
    readHome(invocation, async ({ log }) => {
      const [entity = '', attribute] = invocation.args;
      const { valid, ...point } = readPoint(invocation.options);
      const database = await log.at(point);
      const stated = await database.history(readEntity(entity), attribute);
      const datoms = stated.filter((datom) => valid === undefined || covers(datom, valid));
      const rows = datoms.map((datom) => [
        showTime(datom.at),
        datom.op,
        datom.a,
        showValue(datom.v),
        showInterval(datom),
        datom.tx.slice(0, 12),
      ]);
      const text = rows.length === 0 ? `nothing was ever stated about ${entity}` : table(rows);
      return { data: datoms.map(datomData), text };
    }),
});
