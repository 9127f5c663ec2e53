import { FactError } from './error.ts';
import type { Projection } from './log.ts';

/**
 * Checks a projection and freezes it. Throws `fact/bad-projection` for names SQL would not take.
 *
 * @example
 * const projection = defineProjection({
 *   name: 'count_facts',
 *   version: 1,
 *   tables: { fact_count: 'entity text primary key, count int' },
 *   order: 'any',
 *   fold: ({ facts }, tables) => {
 *     for (const { e } of facts) {
 *       tables.run('insert into fact_count values (?, 1) on conflict do update set count = count + 1', e);
 *     }
 *   },
 * });
 * projection.name; // => 'count_facts'
 */
export function defineProjection(projection: Projection): Projection {
  const { name, tables, version } = projection;
  const names = [name, ...Object.keys(tables)];
  const bad = names.find((text) => !NAME.test(text) || RESERVED.test(text));
  if (bad !== undefined) throw refuse(`"${bad}" cannot name a projection or its table`);
  if (!Number.isSafeInteger(version) || version < 1) throw refuse(`${name} has no whole version`);
  if (names.length === 1) throw refuse(`${name} has no table`);
  return Object.freeze({ ...projection, tables: Object.freeze({ ...tables }) });
}

const NAME = /^[a-z][a-z0-9_]{0,62}$/;
const RESERVED = /^(?:ix|log|sqlite)_/;

const refuse = (message: string): FactError =>
  new FactError({
    code: 'fact/bad-projection',
    message,
    hint: 'use lower-case names with underscores that do not begin with ix_, log_ or sqlite_',
    kind: 'usage',
  });
