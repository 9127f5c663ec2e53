import { DatabaseSync } from 'node:sqlite';
import type { Json, Micros, Sha256 } from '../base/index.ts';
import { type IndexParts, indexParts } from './index-parts.ts';
import type { IndexedTransaction } from './indexed-transaction.ts';
import type { Decode } from './indexing/indexer.ts';
import type { Projector } from './indexing/projector.ts';
import { prepare } from './indexing/query.ts';
import { createTables, dropTables, INDEX_VERSION } from './indexing/schema.ts';
import type { Trust } from './indexing/tables.ts';
import type { Untexted } from './indexing/text-index.ts';
import type {
  Attribute,
  Branch,
  BranchChange,
  Database,
  Datom,
  Entity,
  FactInput,
  Point,
  Transaction,
  TransactionId,
} from './log.ts';
import { standpointOf, unknownBranch } from './reading/horizon.ts';
import { type Hit, type Sought, searchView } from './reading/search.ts';
import type { StoredChains } from './reading/stored-chains.ts';
import { View } from './reading/view.ts';
import { ViewDatabase } from './reading/view-database.ts';

/** What is declared of an attribute. */
export interface Declaration {
  readonly many: boolean;
  readonly unique: boolean;
  readonly indexed: boolean;
  readonly guarded: boolean;
  readonly private: boolean;
}

const UNDECLARED: Declaration = Object.freeze({
  many: false,
  unique: false,
  indexed: false,
  guarded: false,
  private: false,
});

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
  #othersWrote = 0;
  #parts: IndexParts;

  constructor(db: DatabaseSync, options: FactIndexOptions) {
    this.#db = db;
    this.#decode = options.decode;
    this.readOnly = options.readOnly ?? false;
    this.#side = this.readOnly ? new DatabaseSync(':memory:') : db;
    if (!this.readOnly) createTables(db);
    this.#dataVersion = prepare<[], [number]>(db, 'pragma data_version');
    this.#parts = indexParts(db, this.#side, options.decode);
  }

  /** Drops everything, for filling again from the log. */
  clear(): void {
    const { trust } = this.#parts.tables;
    this.#parts.projector.dropAll();
    dropTables(this.#db);
    createTables(this.#db);
    this.#parts = indexParts(this.#db, this.#side, this.#decode);
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
    this.#parts.projector.forget();
  }

  /** Takes notice of what other connections wrote; cheap when they wrote nothing. */
  refresh(): void {
    const version = this.#dataVersion.get()?.[0];
    if (version === this.#seen) return;
    this.#parts.tables.refresh();
    this.#parts.projector.forget();
    this.#seen = version;
    this.#othersWrote += 1;
  }

  /** How often it has been noticed that other connections wrote. */
  get othersWrote(): number {
    return this.#othersWrote;
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

  /** The transactions stored, by writer, place and id. */
  get chains(): StoredChains {
    return this.#parts.chains;
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

  /** The projections kept beside the facts, and queries over them. */
  get projections(): Projector {
    return this.#parts.projector;
  }

  /** The branches that are open, in the order of their making. */
  branches(): readonly Branch[] {
    return this.#parts.branches.open();
  }

  /** What a branch says otherwise than its base. Throws `fact/unknown-branch`. */
  branchChanges(name: string): readonly BranchChange[] {
    return this.#parts.branches.changes(name);
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
  search(words: string, point: Point, on: Sought & { now: Micros }): readonly Hit[] {
    const { readers, texts } = this.#parts;
    const view = new View(readers, standpointOf(this.#parts.tables, point, on.now));
    return searchView({ point, readers, texts, view }, words, on);
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
    return this.#parts.tables.attributes.find(attribute) ?? UNDECLARED;
  }

  /** Whether all facts of an attribute are open-ended, begin at their own time, and replace each other. */
  isPlain(attribute: Attribute): boolean {
    const row = this.#parts.tables.attributes.find(attribute);
    return row === undefined || (row.mode === 0 && row.cards.length === 0);
  }

  /** Whether facts of an attribute are plain and nothing is declared of it that a write is checked by. */
  isFree(attribute: Attribute): boolean {
    const { guarded, private: isPrivate, unique } = this.declaration(attribute);
    return this.used(attribute) && !guarded && !isPrivate && !unique && this.isPlain(attribute);
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
      writer: this.chains.locate(datom.tx)?.writer ?? '',
    }));
  }

  /** Whether what a transaction says of an attribute counts here: always, but of a guarded one from the trusted alone. */
  counts(attribute: Attribute, id: TransactionId): boolean {
    if (!this.declaration(attribute).guarded) return true;
    const { tables } = this.#parts;
    const writer = tables.writers.find(this.chains.locate(id)?.writer ?? '');
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
}
