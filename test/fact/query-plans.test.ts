import { DatabaseSync } from 'node:sqlite';
import { expect, test, vi } from 'vitest';
import { decodeTransaction, FactIndex } from '../../src/fact/index.ts';

const statements = vi.hoisted(() => [] as string[]);

vi.mock('../../src/fact/indexing/query.ts', async (original) => {
  const { prepare } = await original<typeof import('../../src/fact/indexing/query.ts')>();
  const noted: typeof prepare = (db, sql) => {
    statements.push(sql);
    return prepare(db, sql);
  };
  return { prepare: noted };
});

/** Tables with a row for every operation, transaction, entity or value: what grows with the log. */
const GROWING =
  /SCAN (?:ix_op|ix_lone|ix_tx|ix_content|ix_pair|ix_value|ix_entity|ix_span|ix_mark|ix_text_row)\b/;

test('no statement of the index scans a table that grows with the log', () => {
  const db = new DatabaseSync(':memory:');
  new FactIndex(db, { decode: (bytes) => decodeTransaction(bytes) });
  const reading = statements.filter((sql) => /\b(?:select|update|delete)\b/.test(sql));
  expect(reading.length).toBeGreaterThan(40);
  for (const sql of reading) {
    const plan = db.prepare(`explain query plan ${sql}`).all();
    const details = plan.map(({ detail }) => String(detail));
    expect(
      details.filter((line) => GROWING.test(line)),
      sql,
    ).toEqual([]);
    if (/ix_op\b/.test(sql) && /desc limit 1/.test(sql)) {
      expect(
        details.filter((line) => line.includes('TEMP B-TREE')),
        sql,
      ).toEqual([]);
    }
  }
});
