import type { Micros } from '../../base/index.ts';
import { FactError } from '../error.ts';
import { type Vector, vectorOf } from '../indexing/ancestry.ts';
import type { BranchRow } from '../indexing/branch-table.ts';
import { ALWAYS } from '../indexing/operation.ts';
import type { IndexTables } from '../indexing/tables.ts';
import type { Address } from '../indexing/transaction-table.ts';
import type { Point, TransactionId } from '../log.ts';

/** What is known at a point: everything up to position `k` of the line, none of it later than `at`. */
export interface Horizon {
  readonly k: number;
  readonly at: Micros;
  /** Present for a transaction beside the line: how far each writer is in its ancestry. */
  readonly vector: Vector | undefined;
}

/** A branch's partition, as far as it is known. */
export interface Layer {
  readonly b: number;
  readonly horizon: Horizon;
}

/** Where a read stands, resolved: the newest of the first layer that says something decides. */
export interface Standpoint {
  readonly layers: readonly Layer[];
  readonly valid: Micros;
  readonly known: TransactionId | undefined;
  readonly branch: string | undefined;
}

/** `now`: the clock, which `valid` defaults to unless the head is later. */
export function standpointOf(tables: IndexTables, point: Point, now: Micros): Standpoint {
  const horizon = horizonOf(tables, point.known);
  return {
    layers: layersOf(tables, { horizon, name: point.branch }),
    valid: point.valid ?? Math.max(now, horizon.at),
    known: idAt(tables, point, horizon),
    branch: point.branch,
  };
}

/** What was known at a time, or to a transaction; now when absent. */
export function horizonOf(tables: IndexTables, known: Point['known']): Horizon {
  if (typeof known === 'string') return horizonOfTransaction(tables, known);
  const head = tables.head();
  if (head === undefined) return { k: 0, at: ALWAYS, vector: undefined };
  const loose = tables.meta.get('loose');
  if (known === undefined || known >= head.at) {
    return { k: head.k + loose, at: head.at, vector: undefined };
  }
  const k = tables.line.positionAt(known, head);
  return { k, at: timeAt(tables, k), vector: undefined };
}

function horizonOfTransaction(tables: IndexTables, id: TransactionId): Horizon {
  const row = tables.transactions.find(id);
  if (row?.k === undefined) {
    throw new FactError({
      code: 'fact/unknown-transaction',
      message: `transaction ${id} is not known here`,
      hint: row === undefined ? 'check the id with `datum log`' : 'take it in first: `datum pull`',
      kind: 'usage',
      data: { id },
    });
  }
  return horizonAt(tables, row);
}

/** What was known to a stored transaction of this home's ancestry. */
function horizonAt(tables: IndexTables, address: Address): Horizon {
  const head = tables.head();
  const k = head && tables.line.position(address, head);
  const at = tables.transactions.time(address.writer, address.seq);
  return k === undefined
    ? { k: Number.MAX_SAFE_INTEGER, at, vector: vectorOf(tables.transactions, [address]) }
    : { k, at, vector: undefined };
}

function timeAt(tables: IndexTables, k: number): Micros {
  const address = tables.line.address(k);
  return k === 0 || address === undefined
    ? ALWAYS
    : tables.transactions.time(address.writer, address.seq);
}

function layersOf(
  tables: IndexTables,
  { horizon, name }: { readonly horizon: Horizon; readonly name: string | undefined },
): readonly Layer[] {
  const branch = name === undefined ? undefined : branchAt(tables, { horizon, name });
  const layers: Layer[] = [];
  let seen = horizon;
  for (let next = branch; next !== undefined; next = tables.branches.at(next.parent)) {
    layers.push({ b: next.n, horizon: seen });
    seen = horizonAt(tables, next.base);
  }
  return [...layers, { b: 0, horizon: seen }];
}

/** The branch of a name, to someone who stands at a horizon. */
export function branchAt(
  tables: IndexTables,
  { horizon, name }: { readonly horizon: Horizon; readonly name: string },
): BranchRow | undefined {
  return tables.branches.find(name, ({ seq, writer }) => {
    if (horizon.vector !== undefined) return seq <= (horizon.vector.get(writer) ?? 0);
    return (tables.transactions.get(writer, seq)?.k ?? Number.POSITIVE_INFINITY) <= horizon.k;
  });
}

function idAt(tables: IndexTables, point: Point, horizon: Horizon): TransactionId | undefined {
  if (typeof point.known === 'string') return point.known;
  const head = tables.head();
  const address = head && tables.line.address(Math.min(horizon.k, head.k));
  return address && tables.transactions.get(address.writer, address.seq)?.id;
}

export const unknownBranch = (branch: string): FactError =>
  new FactError({
    code: 'fact/unknown-branch',
    message: `there is no branch ${branch} at this point`,
    hint: 'list the branches with `datum branch list`',
    kind: 'usage',
    data: { branch },
  });
