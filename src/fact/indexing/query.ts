import type { DatabaseSync, SQLInputValue } from 'node:sqlite';

/** A statement with the types of its parameters and of a row, which comes as an array. */
export interface Query<Parameters extends readonly SQLInputValue[], Row = never> {
  readonly get: (...parameters: Parameters) => Row | undefined;
  readonly all: (...parameters: Parameters) => Row[];
  readonly iterate: (...parameters: Parameters) => IterableIterator<Row>;
  readonly run: (...parameters: Parameters) => { readonly changes: number | bigint };
}

/** A query that is prepared when it is first used. */
export interface LazyQuery<Parameters extends readonly SQLInputValue[], Row = never>
  extends Query<Parameters, Row> {
  /** The statement itself: forty values handed on once more cost what four rows do. */
  readonly statement: Query<Parameters, Row>;
}

/**
 * A statement that is prepared when it is first used: an index has more than a hundred, and most runs
 * of a command use a few. Rows come as arrays, which are read in two thirds of the time of objects.
 */
export function prepare<Parameters extends readonly SQLInputValue[], Row = never>(
  db: DatabaseSync,
  sql: string,
): LazyQuery<Parameters, Row> {
  let prepared: Query<Parameters, Row> | undefined;
  const make = (): Query<Parameters, Row> => {
    const statement = db.prepare(sql);
    statement.setReturnArrays(true);
    const typed: unknown = statement;
    prepared = typed as Query<Parameters, Row>;
    return prepared;
  };
  return {
    get statement() {
      return prepared ?? make();
    },
    get: (...parameters) => (prepared ?? make()).get(...parameters),
    all: (...parameters) => (prepared ?? make()).all(...parameters),
    iterate: (...parameters) => (prepared ?? make()).iterate(...parameters),
    run: (...parameters) => (prepared ?? make()).run(...parameters),
  };
}
