import type { DatabaseSync } from 'node:sqlite';
import { BRANCH_MERGED, type BranchRow, branchEntity } from '../indexing/branch-table.ts';
import type { Address } from '../indexing/transaction-table.ts';
import type { Branch, BranchChange, TransactionId } from '../log.ts';
import { BranchDiff } from './branch-diff.ts';
import { branchAt, horizonOf, standpointOf, unknownBranch } from './horizon.ts';
import type { Readers } from './readers.ts';
import { View } from './view.ts';

/** The branches of a home, as they stand now. */
export class BranchList {
  readonly #readers: Readers;
  readonly #diff: BranchDiff;

  constructor(db: DatabaseSync, readers: Readers) {
    this.#readers = readers;
    this.#diff = new BranchDiff(db, readers);
  }

  /** Those that are open, in the order of their making. */
  open(): readonly Branch[] {
    const { tables } = this.#readers;
    const horizon = horizonOf(tables, undefined);
    return tables.branches
      .all()
      .filter((row) => branchAt(tables, { horizon, name: row.name })?.n === row.n)
      .map((row) => this.#branch(row));
  }

  /** What a branch says otherwise than its base. Throws `fact/unknown-branch`. */
  changes(name: string): readonly BranchChange[] {
    const { tables } = this.#readers;
    const horizon = horizonOf(tables, undefined);
    const row = branchAt(tables, { horizon, name });
    if (row === undefined) throw unknownBranch(name);
    return this.#diff.of(row, standpointOf(tables, { branch: name }, 0), horizon);
  }

  #branch({ base, first, n, name, parent }: BranchRow): Branch {
    const { tables } = this.#readers;
    const id = ({ seq, writer }: Address): TransactionId =>
      tables.transactions.get(writer, seq)?.id ?? '';
    const from = tables.branches.at(parent)?.name;
    const point = from === undefined ? {} : { branch: from };
    const view = new View(this.#readers, standpointOf(tables, point, 0));
    const merged = view.get(branchEntity(name), BRANCH_MERGED);
    return {
      name,
      ...(from === undefined ? {} : { from }),
      base: id(base),
      first: id(first),
      head: tables.transactions.newestOn(n)?.id ?? id(first),
      ...(typeof merged === 'string' ? { merged } : {}),
    };
  }
}
