import type { DatabaseSync } from 'node:sqlite';

/** Version of the tables below; an index of another version is rebuilt from the log. */
export const INDEX_VERSION = 9;

/**
 * The tables of the index. All begin with `ix_`, and all can be dropped and made again from the log.
 *
 * `k` is the position on the home's line (see `line.ts`) at which something became known here; `at`,
 * `vfrom` and `vto` are microseconds; `b` is a branch, 0 the main one; `key` is the value of an
 * attribute of cardinality many and x'' otherwise; `tie` is the transaction's id where two transactions
 * have the same `at` and 0 otherwise, so that order is `(at, tie, pos)`. A transaction's `n` is its
 * writer and place in the writer's chain in one number; its `mark` is the beginning of its id, a third
 * of what an index of whole ids costs. A slot of the main branch and cardinality one is in `ix_lone` with
 * its only operation, when that is plain, and otherwise with op 2, and its operations in `ix_op`.
 */
const TABLES = `
create table if not exists ix_meta (name text primary key, value) without rowid;
create table if not exists ix_writer (n integer primary key, name text not null unique);
create table if not exists ix_line (k integer primary key, writer int not null, seq int not null);
create table if not exists ix_tx (
  n integer primary key, mark int not null, id blob not null, at int not null, k int, b int,
  line blob not null);
create index if not exists ix_tx_mark on ix_tx (mark);
create index if not exists ix_tx_branch on ix_tx (b, at) where b > 0;
create index if not exists ix_tx_at on ix_tx (at) where k is not null;
create index if not exists ix_tx_pending on ix_tx (at) where k is null;
create table if not exists ix_entity (n integer primary key, name text not null unique);
create table if not exists ix_attribute (
  n integer primary key, name text not null unique, mode int not null default 0,
  cards text not null default '[]', uniq int not null default 0, indexed int not null default 0,
  guarded int not null default 0, private int not null default 0, kinds int not null default 0);
create table if not exists ix_parent (
  writer int not null, seq int not null, parent_writer int not null, parent_seq int not null,
  primary key (writer, seq, parent_writer, parent_seq)) without rowid;
create table if not exists ix_branch (
  n integer primary key, name text not null, parent int not null, base_writer int not null,
  base_seq int not null, writer int not null, seq int not null, closed_writer int,
  closed_seq int);
create table if not exists ix_lone (
  n integer primary key, op int not null, at int, k int, value, pos int, writer int, seq int);
create table if not exists ix_op (
  e int not null, a int not null, b int not null, key not null, at int not null, tie not null,
  pos int not null, vfrom int, vto int, op int not null, value, writer int not null,
  seq int not null, k int not null, primary key (e, a, b, key, at, tie, pos)) without rowid;
create index if not exists ix_op_branch on ix_op (b) where b > 0;
create index if not exists ix_op_from on ix_op (e, a, b, key, vfrom) where vfrom is not null;
create table if not exists ix_pair (
  a int not null, block int not null, bits int not null, primary key (a, block)) without rowid;
create table if not exists ix_mark (
  e int not null, a int not null, b int not null, key not null, mode int not null,
  primary key (e, a, b, key)) without rowid;
create table if not exists ix_span (
  e int not null, a int not null, b int not null, key not null, vfrom int not null,
  vto int not null, at int not null, tie not null, pos int not null,
  primary key (e, a, b, key, vfrom)) without rowid;
create table if not exists ix_value (
  a int not null, b int not null, value not null, until int not null, e int not null,
  primary key (a, b, value, until, e)) without rowid;
`;

/** What a replay empties: everything that follows from the transactions stored. */
const DERIVED = [
  'ix_line',
  'ix_entity',
  'ix_attribute',
  'ix_branch',
  'ix_lone',
  'ix_op',
  'ix_pair',
  'ix_mark',
  'ix_span',
  'ix_value',
];

/** Makes the tables that are missing. */
export const createTables = (db: DatabaseSync): void => db.exec(TABLES);

/** Empties everything that follows from the stored transactions. */
export function emptyDerived(db: DatabaseSync): void {
  for (const table of DERIVED) db.exec(`delete from ${table}`);
  db.exec('update ix_tx set k = null, b = null where k is not null');
}

/** Tables of projections and of words, which follow the known transactions when they are asked. */
const SIDE = ['ix_projection', 'ix_projected', 'ix_text', 'ix_text_row', 'ix_texted'];

/** Drops all tables of the index but the projections' own. */
export function dropTables(db: DatabaseSync): void {
  const stored = ['ix_meta', 'ix_writer', 'ix_tx', 'ix_parent'];
  for (const table of [...stored, ...SIDE, ...DERIVED]) db.exec(`drop table if exists ${table}`);
}
