import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite';
import { FactError } from '../error.ts';
import type { Column, Projection, ProjectionTables, Row, Transaction } from '../log.ts';
import { prepare } from './query.ts';
import type { IndexTables } from './tables.ts';
import type { Address, TransactionRow } from './transaction-table.ts';

const TABLES = `
create table if not exists ix_projection (
  name text primary key, version int not null, tables text not null, at int not null,
  id text not null) without rowid;
create table if not exists ix_projected (
  name text not null, writer int not null, seq int not null,
  primary key (name, writer)) without rowid;
`;

interface State {
  readonly version: number;
  readonly tables: string;
  /** The last transaction folded. */
  readonly at: number;
  readonly id: string;
}

const NOTHING = { at: 0, id: '' };

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

  constructor(
    db: DatabaseSync,
    { read, tables }: { tables: IndexTables; read: (address: Address) => Transaction },
  ) {
    db.exec(TABLES);
    this.#db = db;
    this.#tables = tables;
    this.#read = read;
    this.#states = prepare<[], [string, number, string, number, string]>(
      db,
      'select name, version, tables, at, id from ix_projection',
    );
    this.#save = prepare<[string, number, string, number, string]>(
      db,
      'insert or replace into ix_projection (name, version, tables, at, id) values (?, ?, ?, ?, ?)',
    );
    this.#done = prepare<[string], [number, number]>(
      db,
      'select writer, seq from ix_projected where name = ?',
    );
    this.#mark = prepare<[string, number, number]>(
      db,
      'insert or replace into ix_projected (name, writer, seq) values (?, ?, ?)',
    );
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
    const state = this.#state(name);
    if (state?.version !== projection.version || this.#mustRestart(projection, state)) {
      this.#restart(projection);
    }
    const done = this.#doneBy(name);
    const folded = this.#state(name) ?? { ...NOTHING };
    let { at, id } = folded;
    let left = factsMax;
    let more = false;
    for (const row of this.#tables.transactions.inOrder(this.#oldestNew(done))) {
      if (row.seq <= (done.get(row.writer) ?? 0)) continue;
      more = left <= 0;
      if (more) break;
      left -= this.#fold(projection, row);
      done.set(row.writer, row.seq);
      ({ at, id } = row);
    }
    for (const [writer, seq] of done) this.#mark.run(name, writer, seq);
    const isLater = at > folded.at || (at === folded.at && id > folded.id);
    const last = isLater ? { at, id } : folded;
    this.#save.run(name, projection.version, tableNames(projection), last.at, last.id);
    return more;
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
    this.#db.exec('pragma query_only = on');
    try {
      return this.#query(sql)
        .all(...parameters)
        .map(rowOf);
    } finally {
      this.#db.exec('pragma query_only = off');
    }
  }

  /** Drops all projections; each is made again when it is asked for. */
  dropAll(): void {
    for (const [name, , tables] of this.#states.all()) this.#drop(name, tables);
  }

  #fold(projection: Projection, row: TransactionRow): number {
    const transaction = this.#read(row);
    if (transaction.branch === undefined) projection.fold(transaction, this.#access());
    return 1 + transaction.facts.length;
  }

  #access(): ProjectionTables {
    return {
      run: (sql, ...parameters) => void this.#statement(sql).run(...parameters),
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

  /** Known history that is older than what was folded, or that is gone. */
  #mustRestart(projection: Projection, state: State): boolean {
    const done = this.#doneBy(projection.name);
    const writers = this.#tables.writers.all();
    if (writers.some(({ known, n }) => known < (done.get(n) ?? 0))) return true;
    if (projection.order === 'any') return false;
    for (const row of this.#tables.transactions.inOrder(this.#oldestNew(done))) {
      if (row.seq <= (done.get(row.writer) ?? 0)) continue;
      return row.at < state.at || (row.at === state.at && row.id < state.id);
    }
    return false;
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
    const { name, tables, version } = projection;
    const state = this.#state(name);
    if (state !== undefined) this.#drop(name, state.tables);
    for (const [other, , taken] of this.#states.all()) {
      const clash = Object.keys(tables).find((table) => taken.split(' ').includes(table));
      if (clash !== undefined) throw tableTaken(name, clash, other);
    }
    for (const [table, columns] of Object.entries(tables)) {
      this.#db.exec(`create table ${table} (${columns})`);
    }
    this.#save.run(name, version, tableNames(projection), NOTHING.at, NOTHING.id);
  }

  #drop(name: string, tables: string): void {
    this.#statements.clear();
    this.#queries.clear();
    for (const table of tables.split(' ')) this.#db.exec(`drop table if exists ${table}`);
    this.#db.prepare('delete from ix_projection where name = ?').run(name);
    this.#db.prepare('delete from ix_projected where name = ?').run(name);
  }

  #state(name: string): State | undefined {
    const found = this.#states.all().find(([other]) => other === name);
    return found && { version: found[1], tables: found[2], at: found[3], id: found[4] };
  }

  #doneBy(name: string): Map<number, number> {
    return new Map(this.#done.all(name));
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

const tableNames = ({ tables }: Projection): string => Object.keys(tables).join(' ');

const tableTaken = (name: string, table: string, other: string): FactError =>
  new FactError({
    code: 'fact/table-taken',
    message: `projection ${name} wants the table ${table}, which ${other} has`,
    hint: 'give the table another name',
    kind: 'usage',
    data: { name, table, other },
  });
