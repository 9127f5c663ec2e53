import type { DatabaseSync } from 'node:sqlite';
import { prepare } from './query.ts';
import type { Address } from './transaction-table.ts';

/** Attribute of `branch:<name>`, in its first transaction: `{known?, branch?}`, another base than the head before. */
export const BRANCH_BASE = 'branch/base';
/** Attribute of `branch:<name>` on what it was made from: its head when it was merged. */
export const BRANCH_MERGED = 'branch/merged';
/** Attribute of `branch:<name>` on the main branch: closes the branch whose first transaction it names. */
export const BRANCH_CLOSED = 'branch/closed';

const ENTITY = 'branch:';

/** The entity that carries what is said of a branch. */
export const branchEntity = (name: string): string => `${ENTITY}${name}`;

/** The inverse of {@link branchEntity}. */
export const branchNamed = (entity: string): string | undefined =>
  entity.startsWith(ENTITY) ? entity.slice(ENTITY.length) : undefined;

/** A branch: its operations have a partition of their own, `n`; 0 is the main one. */
export interface BranchRow {
  readonly n: number;
  readonly name: string;
  /** The branch it was made from; 0 for the main one. */
  readonly parent: number;
  /** It sees what this transaction's ancestry had on the parent. */
  readonly base: Address;
  /** Its first transaction. */
  readonly first: Address;
  /** The transaction that closed it; the name is free again for those that know it. */
  readonly closed: Address | undefined;
}

type Columns = [
  n: number,
  name: string,
  parent: number,
  baseWriter: number,
  baseSeq: number,
  writer: number,
  seq: number,
  closedWriter: number | null,
  closedSeq: number | null,
];

/** The branches ever made, all kept in memory. */
export class BranchTable {
  readonly #all;
  readonly #insert;
  readonly #close;
  #rows: readonly BranchRow[] | undefined;

  constructor(db: DatabaseSync) {
    this.#all = prepare<[], Columns>(db, 'select * from ix_branch order by n');
    this.#insert = prepare<Columns>(db, 'insert into ix_branch values (?, ?, ?, ?, ?, ?, ?, ?, ?)');
    this.#close = prepare<[number, number, number]>(
      db,
      'update ix_branch set closed_writer = ?, closed_seq = ? where n = ?',
    );
  }

  all(): readonly BranchRow[] {
    this.#rows ??= this.#all.all().map(rowOf);
    return this.#rows;
  }

  at(n: number): BranchRow | undefined {
    return this.all()[n - 1];
  }

  /** The branch a name stands for, to someone who sees some of the transactions: the oldest open one. */
  find(name: string, sees: (address: Address) => boolean): BranchRow | undefined {
    return this.all().find(
      (row) =>
        row.name === name && sees(row.first) && !(row.closed !== undefined && sees(row.closed)),
    );
  }

  add(row: Omit<BranchRow, 'n' | 'closed'>): BranchRow {
    const made: BranchRow = { ...row, n: this.all().length + 1, closed: undefined };
    const { base, first, n, name, parent } = made;
    this.#insert.run(n, name, parent, base.writer, base.seq, first.writer, first.seq, null, null);
    this.#rows = [...this.all(), made];
    return made;
  }

  close(row: BranchRow, by: Address): void {
    this.#close.run(by.writer, by.seq, row.n);
    this.#rows = this.all().map((item) => (item.n === row.n ? { ...item, closed: by } : item));
  }

  forget(): void {
    this.#rows = undefined;
  }
}

function rowOf([n, name, parent, bw, bs, writer, seq, cw, cs]: Columns): BranchRow {
  return {
    n,
    name,
    parent,
    base: { writer: bw, seq: bs },
    first: { writer, seq },
    closed: cw === null || cs === null ? undefined : { writer: cw, seq: cs },
  };
}
