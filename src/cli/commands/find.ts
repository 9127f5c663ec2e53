import type { Json } from '../../base/index.ts';
import type { Pattern } from '../../fact/index.ts';
import { defineCommand } from '../command.ts';
import { usageError } from '../error.ts';
import { pointOptions, readPoint } from '../instant.ts';
import { table } from '../panel.ts';
import { readHome } from '../session.ts';
import { readEntity, readValue, showValue } from '../value.ts';

/** `datum find` */
export const command = defineCommand({
  summary: 'Find entities by what holds for them',
  about:
    'Find what satisfies all patterns. A pattern is "entity attribute value", where ?name stands for anything and joins patterns, and _ for anything at all.',
  arguments: [{ name: '<pattern...>', about: 'for example: \'?task task/state "open"\'' }],
  options: pointOptions,
  examples: [
    `datum find '?task task/state "open"'`,
    `datum find '?task task/owner "harbor"' '?task task/title ?title'`,
  ],
  run: (invocation) =>
    readHome(invocation, async ({ log }) => {
      const patterns = invocation.args.map(readPattern);
      const database = await log.at(readPoint(invocation.options));
      const bindings = await database.find(patterns);
      const names = [...new Set(bindings.flatMap((binding) => Object.keys(binding)))];
      const rows = bindings.map((binding) => names.map((name) => showCell(binding[name] ?? null)));
      const text =
        rows.length === 0 ? 'nothing found' : table([names.map((n) => `?${n}`), ...rows]);
      return { data: bindings.map((binding) => ({ ...binding })), text };
    }),
});

const showCell = (value: Json): string => (typeof value === 'string' ? value : showValue(value));

function readPattern(text: string): Pattern {
  const match = /^\s*(\S+)\s+(\S+)(?:\s+(.+?))?\s*$/.exec(text);
  const [, e = '', a = '', v = '_'] = match ?? [];
  if (match === null) {
    throw usageError(
      `"${text}" is not a pattern`,
      'write: entity attribute value, with ?name or _',
    );
  }
  const entity = e.startsWith('?') ? { var: e.slice(1) } : e === '_' ? e : readEntity(e);
  const value = v.startsWith('?') ? { var: v.slice(1) } : readValue(v === '_' ? 'null' : v);
  return {
    ...(e === '_' ? {} : { e: entity }),
    ...(a === '_' ? {} : { a }),
    ...(v === '_' ? {} : { v: value }),
  };
}
