import type { JsonObject } from '../../base/index.ts';
import type { Datom } from '../../fact/index.ts';
import { defineCommand } from '../command.ts';
import { pointOptions, readPoint } from '../instant.ts';
import { table } from '../panel.ts';
import { readHome } from '../session.ts';
import { datomData, readEntity, showInterval, showValue } from '../value.ts';

/** `datum show` */
export const command = defineCommand({
  summary: 'Everything known about an entity',
  arguments: [{ name: '<entity>', about: 'kind:name' }],
  options: pointOptions,
  examples: [
    'datum show agent:harbor',
    'datum show agent:harbor --known 2026-06-01 --valid 2026-05-01',
  ],
  run: (invocation) =>
    readHome(invocation, async ({ log }) => {
      const entity = readEntity(invocation.args[0] ?? '');
      const database = await log.at(readPoint(invocation.options));
      const datoms: Datom[] = [];
      for await (const datom of database.datoms({ e: entity })) datoms.push(datom);
      const rows = datoms.map((datom) => [datom.a, showValue(datom.v), showInterval(datom)]);
      const values = await database.entity(entity);
      const data: JsonObject = { entity, values, facts: datoms.map(datomData) };
      return { data, text: rows.length === 0 ? `nothing is known about ${entity}` : table(rows) };
    }),
});
