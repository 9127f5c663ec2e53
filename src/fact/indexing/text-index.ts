import type { DatabaseSync } from 'node:sqlite';
import { isJsonObject, isSha256, type Json, type Sha256 } from '../../base/index.ts';
import type { Fact, Transaction } from '../log.ts';
import { DECLARATION_PREFIX } from './declaration.ts';
import { prepare } from './query.ts';
import type { IndexTables } from './tables.ts';
import type { Address } from './transaction-table.ts';

const TABLES = `
create virtual table if not exists ix_text using fts5 (
  body, content = '', tokenize = 'unicode61 remove_diacritics 2');
create table if not exists ix_text_row (
  n integer primary key, e int not null, a int not null, writer int not null, seq int not null,
  pos int not null);
create table if not exists ix_texted (writer integer primary key, seq int not null);
`;

/** The row that remembers for which numbering of entities the others are. */
const EPOCH = 0;

/** So many are ordered first: to keep the best of many is half the work of ordering them all. */
const BEST = 512;

/** A known transaction whose texts are not in the index yet. */
export interface Untexted extends Address {
  readonly transaction: Transaction;
}

/** An operation whose text matches a query. */
export interface TextMatch extends Address {
  readonly e: number;
  readonly a: number;
  readonly pos: number;
  /** Greater is better. */
  readonly score: number;
}

/**
 * The words of all text that facts ever stated, and of the documents they name by hash. It follows
 * the log when something is searched, so that writing facts costs nothing for it.
 */
export class TextIndex {
  readonly #tables: IndexTables;
  readonly #db: DatabaseSync;
  readonly #done;
  readonly #mark;
  readonly #addText;
  readonly #addRow;
  readonly #nth;
  readonly #ranked;
  readonly #row;

  constructor(db: DatabaseSync, tables: IndexTables) {
    db.exec(TABLES);
    this.#db = db;
    this.#tables = tables;
    this.#done = prepare<[], [number, number]>(db, 'select writer, seq from ix_texted');
    this.#mark = prepare<[number, number]>(
      db,
      'insert or replace into ix_texted (writer, seq) values (?, ?)',
    );
    this.#addRow = prepare<[number, number, number, number, number], [number]>(
      db,
      'insert into ix_text_row (e, a, writer, seq, pos) values (?, ?, ?, ?, ?) returning n',
    );
    this.#addText = prepare<[number, string]>(
      db,
      'insert into ix_text (rowid, body) values (?, ?)',
    );
    this.#nth = prepare<[string, number], [number]>(
      db,
      'select rowid from ix_text where ix_text match ? order by rowid desc limit 1 offset ?',
    );
    // Numbers are bound as reals, of which FTS5 makes no range.
    this.#ranked = prepare<[string, number, number, number], [number, number]>(
      db,
      `select rowid, rank from ix_text where ix_text match ? and rowid >= cast(? as integer)
       order by rank, rowid desc limit ? offset ?`,
    );
    this.#row = prepare<[number], [number, number, number, number, number]>(
      db,
      'select e, a, writer, seq, pos from ix_text_row where n = ?',
    );
  }

  /** The next known transactions to add, of about so many facts together; none when all are there. */
  *untexted(read: (address: Address) => Transaction, factsMax: number): Iterable<Untexted> {
    const done = this.#doneHere();
    let left = factsMax;
    for (const { known, n } of this.#tables.writers.all()) {
      for (let seq = (done.get(n) ?? 0) + 1; seq <= known && left > 0; seq += 1) {
        const transaction = read({ writer: n, seq });
        left -= 1 + transaction.facts.length;
        yield { writer: n, seq, transaction };
      }
    }
  }

  /** Adds the texts of transactions; `documents` are the contents of blobs that are text. */
  add(transactions: readonly Untexted[], documents: ReadonlyMap<Sha256, string>): void {
    const done = this.#doneHere();
    if (done.size === 0) this.#clear();
    for (const { seq, transaction, writer } of transactions) {
      // Another process may have been faster.
      if (seq !== (done.get(writer) ?? 0) + 1) continue;
      done.set(writer, seq);
      transaction.facts.forEach((fact, pos) => {
        const text = this.#textOf(fact, documents);
        const e = text === undefined ? undefined : this.#tables.dictionary.find(fact.e);
        const a = this.#tables.attributes.find(fact.a);
        if (text === undefined || e === undefined || a === undefined) return;
        const n = this.#addRow.get(e, a.n, writer, seq, pos)?.[0] ?? 0;
        this.#addText.run(n, text);
      });
    }
    for (const [writer, seq] of done) this.#mark.run(writer, seq);
  }

  /** How far each writer is done; nothing is, once the numbers of entities were given out anew. */
  #doneHere(): Map<number, number> {
    const done = new Map(this.#done.all());
    const isCurrent = done.get(EPOCH) === this.#epoch();
    return isCurrent ? done : new Map();
  }

  #epoch(): number {
    return this.#tables.meta.get('epoch');
  }

  #clear(): void {
    this.#db.exec(`insert into ix_text (ix_text) values ('delete-all');
      delete from ix_text_row; delete from ix_texted`);
    this.#mark.run(EPOCH, this.#epoch());
  }

  /** Where the newest so many texts that have all the words begin; 0 when there are no more. */
  beginOfNewest(words: string, count: number): number {
    return this.#nth.get(words, count)?.[0] ?? 0;
  }

  /** Operations whose text has all the words, best first, from a beginning on. */
  *search(words: string, from: number): Iterable<TextMatch> {
    const best = this.#ranked.all(words, from, BEST, 0);
    yield* this.#matches(best);
    if (best.length === BEST) yield* this.#matches(this.#ranked.all(words, from, -1, BEST));
  }

  *#matches(ranked: readonly (readonly [number, number])[]): Iterable<TextMatch> {
    for (const [n, rank] of ranked) {
      const row = this.#row.get(n);
      if (row === undefined) continue;
      const [e, a, writer, seq, pos] = row;
      yield { e, a, writer, seq, pos, score: -rank };
    }
  }

  /** Private values are never read for their words. */
  #textOf(fact: Fact, documents: ReadonlyMap<Sha256, string>): string | undefined {
    const { a, e, op, sealed, v } = fact;
    if (op === 'retract' || v === undefined || sealed !== undefined) return undefined;
    if (e.startsWith(DECLARATION_PREFIX) || this.#tables.attributes.find(a)?.private) {
      return undefined;
    }
    if (typeof v === 'string' && isSha256(v)) return documents.get(v);
    const text = [...textsIn(v)].join('\n');
    return /\p{L}/u.test(text) ? text : undefined;
  }
}

function* textsIn(value: Json): Iterable<string> {
  if (typeof value === 'string') yield value;
  else if (Array.isArray(value)) for (const item of value) yield* textsIn(item);
  else if (isJsonObject(value)) for (const item of Object.values(value)) yield* textsIn(item);
}

/** The hashes a transaction's facts state whose blobs may be text. */
export function documentsOf({ blobs, facts }: Transaction): readonly Sha256[] {
  const readable = blobs.filter(({ keep }) => keep !== 'sealed').map(({ hash }) => hash);
  const stated = new Set(facts.map(({ v }) => v));
  return readable.filter((hash) => stated.has(hash));
}
