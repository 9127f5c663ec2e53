import type { DatabaseSync } from 'node:sqlite';
import { AttributeTable } from './attribute-table.ts';
import { BranchTable } from './branch-table.ts';
import { Dictionary } from './dictionary.ts';
import { FactWriter } from './fact-writer.ts';
import { Line, type LineHead } from './line.ts';
import { MetaTable } from './meta-table.ts';
import { OperationTable } from './operation-table.ts';
import { PairTable } from './pair-table.ts';
import { Timeline } from './timeline.ts';
import { TransactionTable } from './transaction-table.ts';
import { ValueTable } from './value-table.ts';
import { WriterTable } from './writer-table.ts';

/** Says of a writer whether its facts count for guarded attributes. */
export type Trust = (writer: string) => boolean;

/** All tables of one index, with what each keeps in memory. */
export class IndexTables {
  readonly meta: MetaTable;
  readonly writers: WriterTable;
  readonly transactions: TransactionTable;
  readonly line: Line;
  readonly dictionary: Dictionary;
  readonly attributes: AttributeTable;
  readonly branches: BranchTable;
  readonly operations: OperationTable;
  readonly pairs: PairTable;
  readonly timeline: Timeline;
  readonly values: ValueTable;
  readonly facts: FactWriter;
  trust: Trust = () => true;
  #epoch: number;

  constructor(db: DatabaseSync) {
    this.meta = new MetaTable(db);
    this.writers = new WriterTable(db);
    this.transactions = new TransactionTable(db);
    this.line = new Line(db, this.transactions);
    this.dictionary = new Dictionary(db);
    this.attributes = new AttributeTable(db);
    this.branches = new BranchTable(db);
    this.operations = new OperationTable(db);
    this.pairs = new PairTable(db);
    this.timeline = new Timeline(db, this.operations);
    this.values = new ValueTable(db);
    this.facts = new FactWriter(db, this);
    this.#epoch = this.meta.get('epoch');
  }

  /** The newest transaction of the home's line. */
  head(): LineHead | undefined {
    return this.line.head((writer) => this.writers.at(writer).known);
  }

  /** Whether a writer, by its number, counts for guarded attributes; this copy's own always does. */
  trusted(writer: number): boolean {
    return this.meta.get('own') === writer || this.trust(this.writers.at(writer).name);
  }

  /** Drops everything remembered, after a rollback or when all numbers are given out anew. */
  forget(): void {
    this.facts.forget();
    this.transactions.forget();
    this.dictionary.forget();
    this.refresh();
  }

  /** Drops what another process may have changed; names keep their numbers within an epoch. */
  refresh(): void {
    for (const table of [this.meta, this.writers, this.line, this.attributes, this.branches]) {
      table.forget();
    }
    this.transactions.refresh();
    this.pairs.refresh();
    const epoch = this.meta.get('epoch');
    if (epoch === this.#epoch) this.dictionary.refresh();
    else {
      this.dictionary.forget();
      this.facts.forget();
    }
    this.#epoch = epoch;
  }
}
