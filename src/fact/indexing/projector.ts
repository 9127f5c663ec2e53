import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite';
import { FactError } from '../error.ts';
import type { Column, Projection, ProjectionTables, Row, Transaction } from '../log.ts';
import { greatest } from './ancestry.ts';
import { prepare, type Query } from './query.ts';
import type { IndexTables } from './tables.ts';
import type { Address, TransactionRow } from './transaction-table.ts';

const TABLES = `
create table if not exists ix_projection (
  name text primary key, version int not null, tables text not null) without rowid;
create table if not exists ix_projected (
  name text not null, writer int not null, seq int not null,
  primary key (name, writer)) without rowid;
`;

interface State {
  readonly version: number;
  readonly tables: string;
}

const QUERIES_MAX = 64;

/** Keeps projections up with the known transactions of the main branch. */
export class Projector {
  readonly #db: DatabaseSync;
  readonly #tables: IndexTables;
  readonly #read: (address: Address) => Transaction;
  readonly #states;
  readonly #save;
  readonly #done;
  readonly #mark;
  readonly #statements = new Map<string, StatementSync>();
  readonly #queries = new Map<string, StatementSync>();
  readonly #queryOnly: readonly [on: Query<[]>, off: Query<[]>];
  readonly #savepoint: readonly [begin: Query<[]>, keep: Query<[]>, undo: Query<[]>];
  /** Projections that were asked for here: each new transaction is folded as it is written. */
  readonly #followed = new Map<string, Projection>();
  /** What the tables say of projections, until another process may have changed them. */
  #known: ReadonlyMap<string, State> | undefined;
  #folded = new Map<string, Map<number, number>>();
  /** Statements that folds have written with. */
  #writes = 0;

  constructor(
    db: DatabaseSync,
    { read, tables }: { tables: IndexTables; read: (address: Address) => Transaction },
  ) {
    db.exec(TABLES);
    this.#db = db;
    this.#tables = tables;
    this.#read = read;
    this.#states = prepare<[], [string, number, string]>(
      db,
      'select name, version, tables from ix_projection',
    );
    this.#save = prepare<[string, number, string]>(
      db,
      'insert or replace into ix_projection (name, version, tables) values (?, ?, ?)',
    );
    this.#done = prepare<[string], [number, number]>(
      db,
      'select writer, seq from ix_projected where name = ?',
    );
    this.#mark = prepare<[string, number, number]>(
      db,
      'insert or replace into ix_projected (name, writer, seq) values (?, ?, ?)',
    );
    this.#queryOnly = [
      prepare(db, 'pragma query_only = on'),
      prepare(db, 'pragma query_only = off'),
    ];
    this.#savepoint = [
      prepare(db, 'savepoint one'),
      prepare(db, 'release one'),
      prepare(db, 'rollback to one'),
    ];
  }

  /** Drops what is remembered of the tables, after a rollback or when another process wrote. */
  forget(): void {
    this.#known = undefined;
    this.#folded.clear();
  }

  /** Whether a projection is there and has folded all that is known. */
  isCaughtUp(projection: Projection): boolean {
    const state = this.#state(projection.name);
    if (state?.version !== projection.version) return false;
    const done = this.#doneBy(projection.name);
    return this.#tables.writers.all().every(({ known, n }) => known === (done.get(n) ?? 0));
  }

  /** Folds on, up to about so many facts; true when more is left. Inside the caller's SQL transaction. */
  catchUp(projection: Projection, factsMax: number): boolean {
    const { name } = projection;
    this.#followed.set(name, projection);
    if (this.#state(name)?.version !== projection.version || this.#isShortened(name)) {
      this.#restart(projection);
    }
    let done = this.#doneBy(name);
    let rows = this.#unfolded(done);
    let next = rows.next();
    if (this.#isOlder(projection, next.value)) {
      this.#restart(projection);
      done = this.#doneBy(name);
      rows = this.#unfolded(done);
      next = rows.next();
    }
    let left = factsMax;
    for (; next.done !== true && left > 0; next = rows.next()) {
      const row = next.value;
      left -= this.#fold(projection, this.#read(row));
      done.set(row.writer, row.seq);
    }
    for (const [writer, seq] of done) this.#mark.run(name, writer, seq);
    return next.done !== true;
  }

  /** Whether any projection is in use. */
  get follows(): boolean {
    return this.#followed.size > 0;
  }

  /**
   * Folds a transaction that was written just now into the projections that were asked for here and
   * had folded all before it; the others catch up when they are asked for again.
   */
  keepUp(transaction: Transaction): void {
    const { n } = this.#tables.writers.intern(transaction.writer);
    for (const projection of this.#followed.values()) {
      const { name, version } = projection;
      if (this.#state(name)?.version !== version) continue;
      const done = this.#doneBy(name);
      const isNext = this.#tables.writers
        .all()
        .every((writer) => (done.get(writer.n) ?? 0) === writer.known - (writer.n === n ? 1 : 0));
      if (isNext) this.#foldOne(projection, transaction, n);
    }
  }

  /** Folds one more; a fold that fails leaves the projection where it was and fails when it is asked for. */
  #foldOne(projection: Projection, transaction: Transaction, writer: number): void {
    const { name } = projection;
    const { seq } = transaction;
    const [begin, keep, undo] = this.#savepoint;
    begin.run();
    try {
      const before = this.#writes;
      this.#fold(projection, transaction);
      // Where nothing was written, folding it again some day writes nothing either.
      if (this.#writes > before) this.#mark.run(name, writer, seq);
      this.#doneBy(name).set(writer, seq);
    } catch {
      undo.run();
      this.forget();
      this.#followed.delete(name);
    }
    keep.run();
  }

  /** The statement of a query; the texts of a program are few, those that people type are not. */
  #query(sql: string): StatementSync {
    const found = this.#queries.get(sql);
    if (found !== undefined) return found;
    const made = this.#db.prepare(sql);
    if (this.#queries.size >= QUERIES_MAX) this.#queries.clear();
    this.#queries.set(sql, made);
    return made;
  }

  /** Rows of a query that may only read. */
  query(sql: string, parameters: readonly Column[]): readonly Row[] {
    const [on, off] = this.#queryOnly;
    on.run();
    try {
      return this.#query(sql)
        .all(...parameters)
        .map(rowOf);
    } finally {
      off.run();
    }
  }

  /** Drops all projections; each is made again when it is asked for. */
  dropAll(): void {
    for (const [name, , tables] of this.#states.all()) this.#drop(name, tables);
  }

  #fold(projection: Projection, transaction: Transaction): number {
    if (transaction.branch === undefined) projection.fold(transaction, this.#access());
    return 1 + transaction.facts.length;
  }

  #access(): ProjectionTables {
    return {
      run: (sql, ...parameters) => {
        this.#writes += 1;
        this.#statement(sql).run(...parameters);
      },
      all: (sql, ...parameters) =>
        this.#statement(sql)
          .all(...parameters)
          .map(rowOf),
    };
  }

  #statement(sql: string): StatementSync {
    const found = this.#statements.get(sql);
    if (found !== undefined) return found;
    const made = this.#db.prepare(sql);
    this.#statements.set(sql, made);
    return made;
  }

  /** Whether history that was folded is gone. */
  #isShortened(name: string): boolean {
    const done = this.#doneBy(name);
    return this.#tables.writers.all().some(({ known, n }) => known < (done.get(n) ?? 0));
  }

  /** Whether the next transaction stands before what was folded, where order matters. */
  #isOlder({ name, order }: Projection, next: TransactionRow | undefined): boolean {
    if (order === 'any' || next === undefined) return false;
    // Each writer's transactions come one after another, so the last folded is one writer's newest.
    const newest = [...this.#doneBy(name)].map(([writer, seq]) => ({ writer, seq }));
    const last = greatest(this.#tables.transactions, newest);
    if (last === undefined) return false;
    return next.at < last.at || (next.at === last.at && next.id < last.id);
  }

  /** Known transactions that were not folded yet, in order. */
  *#unfolded(done: ReadonlyMap<number, number>): Generator<TransactionRow, undefined> {
    const folded = new Map(done);
    for (const row of this.#tables.transactions.inOrder(this.#oldestNew(folded))) {
      if (row.seq > (folded.get(row.writer) ?? 0)) yield row;
    }
  }

  /** The time from which on there may be transactions not folded yet. */
  #oldestNew(done: ReadonlyMap<number, number>): number {
    const { transactions, writers } = this.#tables;
    const times = writers
      .all()
      .filter(({ known, n }) => known > (done.get(n) ?? 0))
      .map(({ n }) => transactions.time(n, (done.get(n) ?? 0) + 1));
    return Math.min(Number.MAX_SAFE_INTEGER, ...times);
  }

  #restart(projection: Projection): void {
    const { name, tables } = projection;
    const state = this.#state(name);
    if (state !== undefined) this.#drop(name, state.tables);
    for (const [other, , taken] of this.#states.all()) {
      const clash = Object.keys(tables).find((table) => taken.split(' ').includes(table));
      if (clash !== undefined) throw tableTaken(name, clash, other);
    }
    for (const [table, columns] of Object.entries(tables)) {
      this.#db.exec(
        `create table ${table} (${columns})${isKeyed(columns) ? ' without rowid' : ''}`,
      );
    }
    this.#save.run(name, projection.version, tableNames(projection));
    this.#known = undefined;
  }

  #drop(name: string, tables: string): void {
    this.#statements.clear();
    this.#queries.clear();
    for (const table of tables.split(' ')) this.#db.exec(`drop table if exists ${table}`);
    this.#db.prepare('delete from ix_projection where name = ?').run(name);
    this.#db.prepare('delete from ix_projected where name = ?').run(name);
    this.forget();
  }

  #loaded(): ReadonlyMap<string, State> {
    this.#known ??= new Map(
      this.#states.all().map(([name, version, tables]) => [name, { version, tables }]),
    );
    return this.#known;
  }

  #state(name: string): State | undefined {
    return this.#loaded().get(name);
  }

  #doneBy(name: string): Map<number, number> {
    const found = this.#folded.get(name) ?? new Map(this.#done.all(name));
    this.#folded.set(name, found);
    return found;
  }
}

/** Bytes and large numbers have no place in a row: bytes come as base64, numbers rounded. */
const rowOf = (row: Readonly<Record<string, SQLOutputValue>>): Row =>
  Object.fromEntries(Object.entries(row).map(([name, value]) => [name, columnOf(value)]));

function columnOf(value: SQLOutputValue): Column {
  if (typeof value === 'bigint') return Number(value);
  return typeof value === 'object' && value !== null
    ? Buffer.from(value).toString('base64')
    : value;
}

/** A table that is found by its primary key alone needs no tree of row numbers beside that key's. */
const isKeyed = (columns: string): boolean =>
  /\bprimary key\b/i.test(columns) && !/\b(?:integer primary key|unique)\b/i.test(columns);

const tableNames = ({ tables }: Projection): string => Object.keys(tables).join(' ');

const tableTaken = (name: string, table: string, other: string): FactError =>
  new FactError({
    code: 'fact/table-taken',
    message: `projection ${name} wants the table ${table}, which ${other} has`,
    hint: 'give the table another name',
    kind: 'usage',
    data: { name, table, other },
  });
