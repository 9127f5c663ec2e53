import { DatabaseSync } from 'node:sqlite';
import type { Json, Micros, Sha256 } from '../base/index.ts';
import type { IndexedTransaction } from './indexed-transaction.ts';
import { vectorOf } from './indexing/ancestry.ts';
import { BRANCH_MERGED, type BranchRow, branchEntity } from './indexing/branch-table.ts';
import { type Decode, Indexer } from './indexing/indexer.ts';
import { ALWAYS } from './indexing/operation-table.ts';
import { Projector } from './indexing/projector.ts';
import { prepare } from './indexing/query.ts';
import { ValueReplacer } from './indexing/replace-value.ts';
import { createTables, dropTables, INDEX_VERSION } from './indexing/schema.ts';
import { IndexTables, type Trust } from './indexing/tables.ts';
import { TextIndex, type Untexted } from './indexing/text-index.ts';
import type { Address, TransactionRow } from './indexing/transaction-table.ts';
import type { SignedBytes } from './line.ts';
import type {
  Attribute,
  Branch,
  BranchChange,
  Column,
  Database,
  Datom,
  Entity,
  FactInput,
  Point,
  Projection,
  Row,
  Transaction,
  TransactionId,
} from './log.ts';
import { BranchDiff } from './reading/branch-diff.ts';
import { Changes } from './reading/changes.ts';
import { branchAt, horizonOf, standpointOf, unknownBranch } from './reading/horizon.ts';
import { PointReader } from './reading/point-reader.ts';
import type { Readers } from './reading/readers.ts';
import { type Hit, searchView } from './reading/search.ts';
import { SlotReader } from './reading/slot-reader.ts';
import { snapshotOf } from './reading/snapshot.ts';
import { ValueReader } from './reading/value-reader.ts';
import { View } from './reading/view.ts';

import { ViewDatabase } from './reading/view-database.ts';

/** A stored transaction by name: what heads and look-ups answer with. */
export interface Located {
  readonly id: TransactionId;
  readonly writer: string;
  readonly seq: number;
  readonly at: Micros;
  /** Whether it is in the ancestry of this copy's newest transaction. */
  readonly known: boolean;
}

/** What is declared of an attribute. */
export interface Declaration {
  readonly many: boolean;
  readonly unique: boolean;
  readonly indexed: boolean;
  readonly guarded: boolean;
  readonly private: boolean;
}

export interface FactIndexOptions {
  /** The database can only be read; projections and words then live in memory. */
  readonly readOnly?: boolean;
  /** Reads a stored transaction again. */
  readonly decode: Decode;
}

/**
 * The index of one home on SQLite: all stored transactions, the facts of those known here, and the
 * reads over them. Everything is synchronous; the caller opens the database and owns its transactions.
 * It holds nothing that cannot be made again from the log.
 */
export class FactIndex {
  /** Version of the tables: an index of another version is cleared and filled again. */
  static readonly version: number = INDEX_VERSION;

  readonly readOnly: boolean;
  readonly #db: DatabaseSync;
  /** Where projections and words are: the database itself, or memory when it can only be read. */
  readonly #side: DatabaseSync;
  readonly #decode: Decode;
  readonly #dataVersion;
  #seen: number | undefined;
  #parts: Parts;

  constructor(db: DatabaseSync, options: FactIndexOptions) {
    this.#db = db;
    this.#decode = options.decode;
    this.readOnly = options.readOnly ?? false;
    this.#side = this.readOnly ? new DatabaseSync(':memory:') : db;
    if (!this.readOnly) createTables(db);
    this.#dataVersion = prepare<[], [number]>(db, 'pragma data_version');
    this.#parts = partsOf(db, this.#side, options.decode);
  }

  /** Drops everything, for filling again from the log. */
  clear(): void {
    const { trust } = this.#parts.tables;
    this.#parts.projector.dropAll();
    dropTables(this.#db);
    createTables(this.#db);
    this.#parts = partsOf(this.#db, this.#side, this.#decode);
    this.#parts.tables.trust = trust;
  }

  /**
   * Stores transactions, in an order where `prev` and `parents` come first, and writes the facts of
   * those that are then known: this copy's own and their ancestry.
   */
  apply(transactions: readonly IndexedTransaction[]): void {
    this.#parts.indexer.apply(transactions);
  }

  /** Before many transactions are applied: leaves for the end what is made faster at once. */
  beginRebuild(): void {
    this.#parts.tables.transactions.dropMarks();
  }

  /** After them; both inside the caller's SQL transaction. */
  endRebuild(): void {
    this.#parts.tables.transactions.makeMarks();
  }

  /** In a copy that has written nothing yet, makes everything stored known; elsewhere does nothing. */
  settle(): void {
    this.#parts.indexer.settle();
  }

  /** Makes everything but the stored transactions again from them. */
  replay(): void {
    this.#parts.indexer.replay();
  }

  /** Drops what is remembered, after a rollback. */
  forget(): void {
    this.#parts.tables.forget();
  }

  /** Takes notice of what other connections wrote; cheap when they wrote nothing. */
  refresh(): void {
    const version = this.#dataVersion.get()?.[0];
    if (version !== this.#seen) this.#parts.tables.refresh();
    this.#seen = version;
  }

  /** Says which writers count for guarded attributes; this copy's own always does. */
  trust(trust: Trust): void {
    this.#parts.tables.trust = trust;
  }

  /**
   * Whether declarations count that did not, or the other way round, since other writers are trusted:
   * then the index has to be replayed.
   */
  mustReplay(): boolean {
    return this.#parts.tables.facts.declarations.differ();
  }

  /** The newest stored transaction of every writer. */
  heads(): readonly Located[] {
    return this.#parts.tables.writers.all().flatMap(({ n, seq }) => this.#located(n, seq) ?? []);
  }

  head(writer: string): Located | undefined {
    const row = this.#parts.tables.writers.find(writer);
    return row && this.#located(row.n, row.seq);
  }

  locate(id: TransactionId): Located | undefined {
    return this.#name(this.#parts.tables.transactions.find(id));
  }

  locateSeq(writer: string, seq: number): Located | undefined {
    const row = this.#parts.tables.writers.find(writer);
    return row && this.#located(row.n, seq);
  }

  /** The bytes of a stored transaction with their signature. */
  signed(id: TransactionId): SignedBytes | undefined {
    const row = this.#parts.tables.transactions.find(id);
    return row && this.#parts.tables.transactions.content(row);
  }

  /** The newest transaction of the home's line: this copy's own, or the one it continues. */
  known(): TransactionId | undefined {
    const head = this.#parts.tables.head();
    return head && this.#parts.tables.transactions.get(head.writer, head.seq)?.id;
  }

  isKnown(id: TransactionId): boolean {
    return this.#parts.tables.transactions.find(id)?.k !== undefined;
  }

  /** Newest transactions of writers that have some not known yet: what a take-in would make known. */
  pending(): readonly Located[] {
    const rows = this.#parts.tables.writers.all().filter(({ known, seq }) => known < seq);
    return rows.flatMap(({ n, seq }) => this.#located(n, seq) ?? []);
  }

  /** Whether one transaction is in the ancestry of another, or is it. */
  isAncestor(id: TransactionId, of: TransactionId): boolean {
    const { transactions } = this.#parts.tables;
    const row = transactions.find(id);
    const end = transactions.find(of);
    if (row === undefined || end === undefined) return false;
    return row.seq <= (vectorOf(transactions, [end]).get(row.writer) ?? 0);
  }

  /** The ancestry of a transaction, itself included: the newest `seq` of each writer in it. */
  ancestry(id: TransactionId): ReadonlyMap<string, number> {
    const { transactions, writers } = this.#parts.tables;
    const row = transactions.find(id);
    const vector = row === undefined ? [] : vectorOf(transactions, [row]);
    return new Map([...vector].map(([writer, seq]) => [writers.at(writer).name, seq]));
  }

  /** Known transactions in order `(at, id)`, after a given one or from a time on. */
  *order(
    options: { readonly after?: TransactionId; readonly from?: Micros } = {},
  ): IterableIterator<Located> {
    const { transactions } = this.#parts.tables;
    const after = options.after === undefined ? undefined : transactions.find(options.after);
    for (const row of transactions.inOrder(after?.at ?? options.from ?? ALWAYS)) {
      const isBefore = after !== undefined && row.at === after.at && row.id <= after.id;
      const located = isBefore ? undefined : this.#name(row);
      if (located !== undefined) yield located;
    }
  }

  /** The database value of a point; `now` is the clock. Throws `fact/unknown-branch`. */
  database(point: Point, now: Micros): Database {
    const standpoint = standpointOf(this.#parts.tables, point, now);
    if (point.branch !== undefined && standpoint.layers.length === 1) {
      throw unknownBranch(point.branch);
    }
    return new ViewDatabase(new View(this.#parts.readers, standpoint));
  }

  /** A transaction known or only stored. */
  transaction(id: TransactionId): Transaction | undefined {
    const row = this.#parts.tables.transactions.find(id);
    return row && this.#parts.indexer.read(row);
  }

  /** Whether a projection has folded all that is known. */
  isCaughtUp(projection: Projection): boolean {
    return this.#parts.projector.isCaughtUp(projection);
  }

  /** Folds on, up to about so many facts; true when more is left. Inside the caller's transaction. */
  catchUp(projection: Projection, factsMax: number): boolean {
    return this.#parts.projector.catchUp(projection, factsMax);
  }

  /** Rows of a query that may only read. */
  query(sql: string, parameters: readonly Column[]): readonly Row[] {
    return this.#parts.projector.query(sql, parameters);
  }

  /** The branches that are open, in the order of their making. */
  branches(): readonly Branch[] {
    const { tables } = this.#parts;
    const horizon = horizonOf(tables, undefined);
    return tables.branches
      .all()
      .filter((row) => branchAt(tables, { horizon, name: row.name })?.n === row.n)
      .map((row) => this.#branch(row));
  }

  /** What a branch says otherwise than its base. Throws `fact/unknown-branch`. */
  branchChanges(name: string): readonly BranchChange[] {
    const { diff, tables } = this.#parts;
    const horizon = horizonOf(tables, undefined);
    const row = branchAt(tables, { horizon, name });
    if (row === undefined) throw unknownBranch(name);
    return diff.of(row, standpointOf(tables, { branch: name }, 0), horizon);
  }

  #branch({ base, first, n, name, parent }: BranchRow): Branch {
    const { transactions } = this.#parts.tables;
    const id = ({ seq, writer }: Address): TransactionId => transactions.get(writer, seq)?.id ?? '';
    const from = this.#parts.tables.branches.at(parent)?.name;
    const point = from === undefined ? {} : { branch: from };
    const merged = this.view(point, 0).get(branchEntity(name), BRANCH_MERGED);
    return {
      name,
      ...(from === undefined ? {} : { from }),
      base: id(base),
      first: id(first),
      head: transactions.newestOn(n)?.id ?? id(first),
      ...(typeof merged === 'string' ? { merged } : {}),
    };
  }

  /**
   * Writes another value over the one a fact of a known transaction states: when a private value is
   * erased, or can be read again. Projections are made again, for they may hold the old one.
   */
  replaceValue(id: TransactionId, position: number, value: Json): void {
    const { indexer, projector, replacer, tables } = this.#parts;
    const row = tables.transactions.find(id);
    const fact = row && indexer.read(row).facts[position];
    if (row === undefined || fact === undefined) return;
    replacer.replace(row, position, fact, value);
    projector.dropAll();
  }

  /** Known transactions whose words are not indexed yet, of about so many facts; none when all are. */
  untexted(factsMax: number): readonly Untexted[] {
    const { indexer, texts } = this.#parts;
    return [...texts.untexted((address) => indexer.read(address), factsMax)];
  }

  /** Indexes the words of transactions; `documents` are their blobs that are text. Inside the caller's transaction. */
  addTexts(transactions: readonly Untexted[], documents: ReadonlyMap<Sha256, string>): void {
    this.#parts.texts.add(transactions, documents);
  }

  /** What holds at a point and has all the words, best first, of the words indexed so far. */
  search(words: string, point: Point, on: { now: Micros; limit: number }): readonly Hit[] {
    const { readers, texts } = this.#parts;
    const view = new View(readers, standpointOf(this.#parts.tables, point, on.now));
    return searchView({ readers, texts, view }, words, on.limit);
  }

  /** The facts at a point; `now` is the clock. A branch that is not there yet reads as the main one. */
  view(point: Point, now: Micros): View {
    return new View(this.#parts.readers, standpointOf(this.#parts.tables, point, now));
  }

  /**
   * The facts of a transaction of time `at`, the same objects in the same order, that change something;
   * of several with one interval the last.
   */
  changing<F extends FactInput>(
    facts: readonly F[],
    { at, branch }: { readonly at: Micros; readonly branch?: string },
  ): F[] {
    const point = branch === undefined ? {} : { branch };
    return this.#parts.changes.of(facts, this.view({ ...point, valid: at }, at), at);
  }

  declaration(attribute: Attribute): Declaration {
    const row = this.#parts.tables.attributes.find(attribute);
    return {
      many: row?.many ?? false,
      unique: row?.unique ?? false,
      indexed: row?.indexed ?? false,
      guarded: row?.guarded ?? false,
      private: row?.private ?? false,
    };
  }

  /** Whether any fact names the attribute. */
  used(attribute: Attribute): boolean {
    const row = this.#parts.tables.attributes.find(attribute);
    return row !== undefined && this.#parts.tables.facts.declarations.used(row);
  }

  /** Operations on a slot, newest first, with their writers; of an attribute of cardinality many, of one value. */
  operations(
    entity: Entity,
    attribute: Attribute,
    { branch, now }: { readonly branch?: string; readonly now: Micros },
  ): readonly (Datom & { readonly writer: string })[] {
    const point = branch === undefined ? {} : { branch };
    const history = this.view(point, now).history(entity, attribute);
    return history.toReversed().map((datom) => ({
      ...datom,
      writer: this.locate(datom.tx)?.writer ?? '',
    }));
  }

  /** Whether what a transaction says of an attribute counts here: always, but of a guarded one from the trusted alone. */
  counts(attribute: Attribute, id: TransactionId): boolean {
    if (!this.declaration(attribute).guarded) return true;
    const { tables } = this.#parts;
    const writer = tables.writers.find(this.locate(id)?.writer ?? '');
    return writer !== undefined && tables.trusted(writer.n);
  }

  /** An entity other than `except` that holds a value at a time. */
  holder(
    attribute: Attribute,
    value: Json,
    on: { readonly at: Micros; readonly branch?: string; readonly except: Entity },
  ): Entity | undefined {
    const point = on.branch === undefined ? {} : { branch: on.branch };
    const view = this.view({ ...point, valid: on.at }, on.at);
    return view.entitiesHolding(attribute, value)?.find((entity) => entity !== on.except);
  }

  #located(writer: number, seq: number): Located | undefined {
    return this.#name(this.#parts.tables.transactions.get(writer, seq));
  }

  #name(row: TransactionRow | undefined): Located | undefined {
    if (row === undefined) return undefined;
    const { at, id, k, seq } = row;
    const writer = this.#parts.tables.writers.at(row.writer).name;
    return { id, writer, seq, at, known: k !== undefined };
  }
}

interface Parts {
  readonly diff: BranchDiff;
  readonly tables: IndexTables;
  readonly indexer: Indexer;
  readonly readers: Readers;
  readonly changes: Changes;
  readonly projector: Projector;
  readonly replacer: ValueReplacer;
  readonly texts: TextIndex;
}

function partsOf(db: DatabaseSync, side: DatabaseSync, decode: Decode): Parts {
  const tables = new IndexTables(db);
  const indexer = new Indexer(db, tables, decode);
  const read = (address: Address): Transaction => indexer.read(address);
  const readers: Readers = {
    tables,
    read,
    snapshot: snapshotOf(db),
    points: new PointReader(db, tables),
    slots: new SlotReader(db, tables.pairs),
    values: new ValueReader(db, tables.pairs),
  };
  return {
    tables,
    indexer,
    readers,
    changes: new Changes(db, readers),
    diff: new BranchDiff(db, readers),
    projector: new Projector(side, { read, tables }),
    replacer: new ValueReplacer(db, tables),
    texts: new TextIndex(side, tables),
  };
}
