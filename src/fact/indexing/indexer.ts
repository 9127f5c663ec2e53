import type { DatabaseSync } from 'node:sqlite';
import { isJsonObject } from '../../base/index.ts';
import { FactError } from '../error.ts';
import type { IndexedTransaction, ReadTransaction } from '../indexed-transaction.ts';
import type { Transaction, TransactionId } from '../log.ts';
import { greatest, lineOf, type Vector, vectorOf } from './ancestry.ts';
import { BRANCH_BASE, BRANCH_CLOSED, branchEntity, branchNamed } from './branch-table.ts';
import type { Entry } from './fact-writer.ts';
import type { Stretch } from './line.ts';
import type { Tie } from './operation.ts';
import { emptyDerived } from './schema.ts';
import type { IndexTables } from './tables.ts';
import type { Address, TransactionRow } from './transaction-table.ts';
import type { WriterRow } from './writer-table.ts';

/** The transaction whose canonical bytes these are; the bytes have been checked before. */
export type Decode = (bytes: Uint8Array, id: TransactionId) => Transaction;

/** Takes transactions into the index: stores them all, and writes the facts of those known here. */
export class Indexer {
  readonly #db: DatabaseSync;
  readonly #tables: IndexTables;
  readonly #decode: Decode;

  constructor(db: DatabaseSync, tables: IndexTables, decode: Decode) {
    this.#db = db;
    this.#tables = tables;
    this.#decode = decode;
  }

  /** Inside the caller's SQL transaction; what a transaction names as `prev` and `parents` comes first. */
  apply(transactions: readonly IndexedTransaction[]): void {
    for (const transaction of transactions) this.#applyOne(transaction);
    this.#tables.facts.flush();
    this.#tables.transactions.flush();
  }

  /** In a home that has written nothing yet, makes everything stored known. */
  settle(): void {
    const { meta } = this.#tables;
    if (meta.get('own') !== 0) return;
    const head = this.#greatestHead();
    if (head === undefined) return;
    const line = lineOf(this.#tables.transactions, head);
    if (meta.get('loose') === 1 || !this.#continues(line)) this.#empty();
    this.#advance(line, head);
    this.#makeKnown(this.#heads(), { k: this.#length() + 1, lineAt: undefined });
    this.#tables.facts.flush();
  }

  /** Empties everything but the stored transactions and makes it again from them. */
  replay(): void {
    const { meta, transactions, writers } = this.#tables;
    this.#empty();
    const writer = meta.get('own');
    if (writer === 0) {
      this.settle();
      return;
    }
    const head = { writer, seq: writers.at(writer).seq };
    this.#advance(lineOf(transactions, head), head);
    this.#tables.facts.flush();
  }

  #applyOne(transaction: IndexedTransaction): void {
    const { meta, transactions, writers } = this.#tables;
    const writer = writers.intern(transaction.writer);
    const address = { writer: writer.n, seq: transaction.seq };
    const parents = transaction.parents.map((id) => this.#parent(id));
    for (const parent of parents) transactions.addParent(address, parent);
    // In a copy that has not written yet the first writer's chain is the line, until settling says otherwise.
    const isOwn = transaction.own || meta.get('own') === 0;
    if (isOwn && this.#isNext(address, parents)) {
      this.#append(transaction, address, parents);
      if (transaction.own) meta.set('own', writer.n);
      return;
    }
    transactions.insert(writer.n, transaction);
    writer.seq = transaction.seq;
    if (transaction.own) this.#takeOver(writer);
  }

  /** Puts a transaction on the line and makes its parents known. */
  #append(transaction: IndexedTransaction, address: Address, parents: readonly Address[]): void {
    const { line, transactions, writers } = this.#tables;
    const { at } = transaction;
    const k = this.#length() + 1;
    if (parents.length > 0) this.#makeKnown(parents, { k, lineAt: at });
    const b = this.#branch(transaction, address);
    transactions.insert(address.writer, transaction, { k, b });
    writers.at(address.writer).seq = address.seq;
    this.#write(transaction, { ...address, b, k, lineAt: at, tie: 0 });
    line.append({ ...address, k, at });
  }

  #parent(id: TransactionId): Address {
    const row = this.#tables.transactions.find(id);
    if (row !== undefined) return row;
    throw new FactError({
      code: 'fact/parent-missing',
      message: `the transaction ${id}, named as a parent, is not stored`,
      hint: 'run `datum recover` to get the missing history back',
      kind: 'integrity',
      data: { id },
    });
  }

  /** Whether an own transaction simply comes next on the line. */
  #isNext({ seq, writer }: Address, parents: readonly Address[]): boolean {
    if (this.#tables.meta.get('loose') === 1) return false;
    const head = this.#tables.head();
    if (head === undefined) return seq === 1 && parents.length === 0;
    return head.writer === writer && head.seq === seq - 1;
  }

  /** A writer of this copy goes on from a history that was another's until now. */
  #takeOver(writer: WriterRow): void {
    const { meta, transactions, writers } = this.#tables;
    const end = { writer: writer.n, seq: writer.seq };
    const line = lineOf(transactions, end);
    const vector = vectorOf(transactions, [end]);
    meta.set('own', writer.n);
    const knowsAll = writers.all().every(({ known, n }) => known <= (vector.get(n) ?? 0));
    const inPlace = meta.get('loose') === 0 || lengthOf(line, end) === this.#length() + 1;
    if (!knowsAll || !inPlace || !this.#continues(line)) this.#empty();
    this.#advance(line, end);
  }

  /** Walks the line on to its end, making known at each step what the step's ancestry adds. */
  #advance(line: readonly Stretch[], end: Address): void {
    const { meta, transactions } = this.#tables;
    meta.set('loose', 0);
    let k = this.#length();
    for (const [index, stretch] of line.entries()) {
      const next = line[index + 1];
      const last = next === undefined ? end.seq : next.k - stretch.k;
      for (let seq = Math.max(1, k + 1 - stretch.k + 1); seq <= last; seq += 1) {
        k += 1;
        const address = { writer: stretch.writer, seq };
        const at = transactions.time(stretch.writer, seq);
        this.#makeKnown([address], { k, lineAt: at });
        this.#tables.line.append({ ...address, k, at });
      }
    }
  }

  /** Writes the facts of everything in an ancestry that was not known, oldest first. */
  #makeKnown(ends: readonly Address[], on: { k: number; lineAt: number | undefined }): void {
    const { meta, transactions, writers } = this.#tables;
    const known = (writer: number): number => writers.at(writer).known;
    const vector = vectorOf(transactions, ends, known);
    if (vector.size > 0 && on.lineAt === undefined) meta.set('loose', 1);
    for (const row of this.#unknown(vector)) {
      const transaction = this.read(row);
      const b = this.#branch(transaction, row);
      transactions.makeKnown(row, { k: on.k, b });
      this.#write(transaction, { ...row, b, ...on, tie: this.#settleTie(row) });
    }
  }

  /** The unknown transactions up to a vector, in an order where parents come first. */
  *#unknown(vector: Vector): Iterable<TransactionRow> {
    const { transactions, writers } = this.#tables;
    let count = 0;
    for (const [n, seq] of vector) count += seq - writers.at(n).known;
    if (count > GATHERED_MAX) {
      for (const row of transactions.pending()) {
        if (row.seq <= (vector.get(row.writer) ?? 0)) yield row;
      }
      return;
    }
    const rows: TransactionRow[] = [];
    for (const [n, last] of vector) {
      for (let seq = writers.at(n).known + 1; seq <= last; seq += 1) {
        const row = transactions.get(n, seq);
        if (row !== undefined) rows.push(row);
      }
    }
    yield* rows.sort((one, other) => one.at - other.at);
  }

  #write(transaction: ReadTransaction, entry: Entry & Address): void {
    const { branches, facts, transactions, writers } = this.#tables;
    facts.write(transaction, entry);
    writers.at(entry.writer).known = entry.seq;
    if (entry.b !== 0) return;
    for (const { a, e, v } of transaction.facts) {
      const name = a === BRANCH_CLOSED ? branchNamed(e) : undefined;
      const branch = name === undefined ? undefined : branches.find(name, this.#sees(entry));
      if (branch === undefined) continue;
      const first = transactions.get(branch.first.writer, branch.first.seq);
      if (first?.id === v) branches.close(branch, entry);
    }
  }

  /** The partition a transaction writes to; its first one makes a branch. */
  #branch(transaction: ReadTransaction, address: Address): number {
    const { branches, transactions } = this.#tables;
    const { branch: name, facts } = transaction;
    if (name === undefined) return 0;
    const sees = this.#sees(address);
    const found = branches.find(name, sees);
    if (found !== undefined) return found.n;
    const fact = facts.find(({ a, e }) => a === BRANCH_BASE && e === branchEntity(name));
    const { branch: from, known } = isJsonObject(fact?.v) ? fact.v : {};
    const parent = typeof from === 'string' ? branches.find(from, sees)?.n : undefined;
    const base = typeof known === 'string' ? transactions.find(known) : undefined;
    const first = { writer: address.writer, seq: address.seq };
    return branches.add({
      name,
      parent: parent ?? 0,
      base: base === undefined || !sees(base) ? first : { writer: base.writer, seq: base.seq },
      first,
    }).n;
  }

  /** Whether a transaction has another in its ancestry. */
  #sees(address: Address): (other: Address) => boolean {
    let vector: Vector | undefined;
    return ({ seq, writer }) => {
      vector ??= vectorOf(this.#tables.transactions, [address]);
      return seq <= (vector.get(writer) ?? 0);
    };
  }

  /** Transactions of one time are ordered by id; those written before there was another get theirs now. */
  #settleTie({ at, id }: TransactionRow): Tie {
    const { facts, transactions } = this.#tables;
    const others = transactions.atTime(at).filter((other) => other.id !== id);
    for (const other of others) {
      facts.setTie(this.read(other), {
        k: other.k ?? 0,
        b: other.b ?? 0,
        tie: Buffer.from(other.id, 'hex'),
      });
    }
    return others.length === 0 ? 0 : Buffer.from(id, 'hex');
  }

  /** The contents of a stored transaction. */
  read(address: Address): Transaction {
    const { transactions } = this.#tables;
    const content = transactions.content(address);
    const id = transactions.get(address.writer, address.seq)?.id ?? '';
    return this.#decode(content?.bytes ?? new Uint8Array(0), id);
  }

  #heads(): readonly Address[] {
    return this.#tables.writers.all().map(({ n, seq }) => ({ writer: n, seq }));
  }

  #greatestHead(): Address | undefined {
    return greatest(this.#tables.transactions, this.#heads());
  }

  #length(): number {
    return this.#tables.head()?.k ?? 0;
  }

  /** Whether the present line begins another, so that nothing already written has to move. */
  #continues(line: readonly Stretch[]): boolean {
    const present = this.#tables.line.stretches;
    const begins = present.every(
      ({ k, seq, writer }, index) =>
        line[index]?.writer === writer && line[index]?.k === k && line[index]?.seq === seq,
    );
    const next = line[present.length];
    return begins && (next === undefined || present.length === 0 || next.k > this.#length());
  }

  #empty(): void {
    this.#tables.transactions.flush();
    emptyDerived(this.#db);
    this.#tables.meta.set('epoch', this.#tables.meta.get('epoch') + 1);
    this.#tables.forget();
  }
}

/** Up to this many transactions are sorted in memory; more are read in order from the table. */
const GATHERED_MAX = 2_000;

/** Positions up to the end of a line. */
const lengthOf = (line: readonly Stretch[], end: Address): number =>
  (line.at(-1)?.k ?? 1) + end.seq - 1;
