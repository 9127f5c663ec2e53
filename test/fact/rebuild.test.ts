import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { ref } from '../../src/base/index.ts';
import type { FactInput } from '../../src/fact/index.ts';
import { type Copy, mood, newCopy } from './copies.ts';

/** Every table and index of the log's index with every row. */
function contentOf({ home }: Copy): Readonly<Record<string, unknown>> {
  const db = new DatabaseSync(join(home, '.datum', 'local.sqlite'), { readOnly: true });
  try {
    const schema = db.prepare("select name, type, sql from sqlite_schema where name like 'ix_%'");
    const objects = schema
      .all()
      .sort((one, other) => (String(one.name) < String(other.name) ? -1 : 1));
    const tables = objects.filter(({ type }) => type === 'table');
    const rows = tables.map(({ name }) => [name, db.prepare(`select * from ${name}`).all()]);
    return { objects, ...Object.fromEntries(rows) };
  } finally {
    db.close();
  }
}

const FACTS: readonly (readonly FactInput[])[] = [
  [
    { e: 'attr:task/tags', a: 'attribute/cardinality', v: 'many' },
    { e: 'attr:task/name', a: 'attribute/indexed', v: true },
  ],
  ...Array.from({ length: 40 }, (_, n): readonly FactInput[] => [
    { e: `task:${n % 7}`, a: 'task/name', v: n % 2 === 0 ? `name ${n}` : n },
  ]),
  [
    { e: 'task:1', a: 'task/tags', v: 'größer' },
    { e: 'task:1', a: 'task/tags', v: '"quoted"\\' },
    { e: 'task:2', a: 'task/part-of', v: ref('task:1') },
  ],
  [{ e: 'task:1', a: 'task/name', op: 'retract' }],
  [{ e: 'task:3', a: 'task/due', v: null, validFrom: 'always', validTo: 5 }],
];

async function grown(): Promise<Copy> {
  const copy = newCopy();
  for (const facts of FACTS) {
    copy.clock.advance(1_000);
    await copy.with((log) => log.transact(facts));
  }
  return copy;
}

test('an index made again from the files is the one that grew with them, row by row', async () => {
  const copy = await grown();
  const before = contentOf(copy);
  rmSync(join(copy.home, '.datum', 'local.sqlite'));
  await copy.with(async () => {});
  expect(contentOf(copy)).toEqual(before);
});

test('an index made again over merged clones finds every transaction by its id', async () => {
  const copy = await grown();
  const clone = newCopy({ of: copy, skew: 500 });
  for (const to of ['glad', 'wild']) {
    await clone.with((log) => log.transact([mood(to)]));
    await copy.with((log) => log.transact([mood('calm', 'agent:reef')]));
    copy.pull(clone);
    await copy.with(async () => {});
    clone.pull(copy);
  }
  const ids = async (): Promise<readonly (string | undefined)[]> =>
    copy.with(async (log) => {
      const found: (string | undefined)[] = [];
      for await (const { id } of log.transactions()) found.push((await log.transaction(id))?.id);
      return found;
    });
  const before = await ids();
  rmSync(join(copy.home, '.datum', 'local.sqlite'));
  expect(await ids()).toEqual(before);
  const objects = contentOf(copy)['objects'] as readonly { readonly name: string }[];
  expect(objects.map(({ name }) => name)).toContain('ix_tx_mark');
});
