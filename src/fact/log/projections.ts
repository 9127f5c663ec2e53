import type { Transaction } from './terms.ts';

/** What a column of a projection holds. */
export type Column = string | number | null;

export type Row = Readonly<Record<string, Column>>;

/** The tables of a projection, to a fold: SQL over them alone, with `?` for parameters. */
export interface ProjectionTables {
  run(sql: string, ...parameters: readonly Column[]): void;
  all(sql: string, ...parameters: readonly Column[]): readonly Row[];
}

/** Tables computed from the transactions of the main branch, one after another. */
export interface Projection {
  /** `room_name`, unique in a home. */
  readonly name: string;
  /** To be raised with every change of `tables` or `fold`: the projection is then made again. */
  readonly version: number;
  /** By table name, its columns and constraints as SQL: `{ spend_day: 'day text primary key, usd real' }`. */
  readonly tables: Readonly<Record<string, string>>;
  /**
   * `log`: transactions come in order `(at, id)`, and an older one that becomes known later has the
   * projection made again; `any`: the fold gives the same in any order, so nothing is done twice.
   */
  readonly order: 'log' | 'any';
  /** Deterministic: depends on the transaction and the projection's own tables alone. */
  readonly fold: (transaction: Transaction, tables: ProjectionTables) => void;
}
