import type { DatabaseSync, SQLInputValue } from 'node:sqlite';

/** A prepared statement with the types of its parameters and of a row, which comes as an array. */
export interface Query<Parameters extends readonly SQLInputValue[], Row = never> {
  readonly get: (...parameters: Parameters) => Row | undefined;
  readonly all: (...parameters: Parameters) => Row[];
  readonly iterate: (...parameters: Parameters) => IterableIterator<Row>;
  readonly run: (...parameters: Parameters) => { readonly changes: number | bigint };
}

/** Prepares `sql`; rows come as arrays, which are read in two thirds of the time of objects. */
export function prepare<Parameters extends readonly SQLInputValue[], Row = never>(
  db: DatabaseSync,
  sql: string,
): Query<Parameters, Row> {
  const statement = db.prepare(sql);
  statement.setReturnArrays(true);
  const typed: unknown = statement;
  return typed as Query<Parameters, Row>;
}
