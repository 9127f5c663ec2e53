import { canonicalize, type Json } from '../../base/index.ts';
import type { FactIndex } from '../fact-index.ts';
import type { Attribute, Conflict, Datom, Entity, Transaction, TransactionId } from '../log.ts';
import { holds } from '../precondition.ts';
import type { Located } from '../reading/stored-chains.ts';
import { deciding, isBefore, nameOf, type Operations, type Slot, valuesAt } from './slot.ts';

/** The judgement over all transactions that some other one has not seen. */
export interface Judgement {
  readonly conflicts: ReadonlyMap<TransactionId, Conflict>;
  /** Every transaction that was judged, in order. */
  readonly window: readonly Transaction[];
  readonly operations: (slot: Slot) => Operations;
}

/**
 * Judges, in order `(at, id)`, the conditions and unique values of every transaction that could have
 * been written beside another: the first stands, a later one that it contradicts does not, and nor
 * does what was built on that. The answer depends on what is known alone, so all clones agree.
 */
export function judge(index: FactIndex, news: readonly Located[]): Judgement {
  return new Judge(index, news).judge();
}

class Judge {
  readonly #index: FactIndex;
  readonly #window: readonly Transaction[];
  readonly #conflicts = new Map<TransactionId, Conflict>();
  readonly #operations = new Map<string, Operations>();
  /** Who wrote each slot inside the window. */
  readonly #writers = new Map<string, Set<string>>();
  /** Slots that a transaction without standing wrote. */
  readonly #disturbed = new Set<string>();
  readonly #stands = ({ tx }: Datom): boolean => !this.#conflicts.has(tx);
  /** Entities that took a unique value inside the window, first come first. */
  readonly #taken = new Map<string, { readonly e: Entity; readonly id: TransactionId }[]>();

  constructor(index: FactIndex, news: readonly Located[]) {
    this.#index = index;
    this.#window = windowOf(index, news);
    for (const { facts, branch, writer } of this.#window) {
      for (const { e, a } of facts) {
        const name = nameOf({ e, a, branch });
        this.#writers.set(name, (this.#writers.get(name) ?? new Set()).add(writer));
      }
    }
  }

  judge(): Judgement {
    for (const transaction of this.#window) {
      const conflict = this.#brokenCondition(transaction) ?? this.#takenValue(transaction);
      if (conflict !== undefined) this.#conflicts.set(transaction.id, conflict);
      this.#note(transaction, conflict === undefined);
    }
    const operations = (slot: Slot): Operations => this.#read(slot);
    return { conflicts: this.#conflicts, window: this.#window, operations };
  }

  #brokenCondition(transaction: Transaction): Conflict | undefined {
    const { branch, id, writer } = transaction;
    for (const condition of transaction.if) {
      const slot = { e: condition.e, a: condition.a, branch };
      if (!this.#isContested(slot, writer)) continue;
      if (holds(condition, this.#value(slot, transaction))) continue;
      return { loser: id, winner: this.#winner(slot, transaction), writer, e: slot.e, a: slot.a };
    }
    return undefined;
  }

  /** Whose operation it is that the condition met: the deciding one, or who beat what it relied on. */
  #winner(slot: Slot, transaction: Transaction): TransactionId {
    const operations = this.#before(slot, transaction);
    const decided = deciding(operations, transaction.at, this.#stands);
    const standing = decided ?? operations.find(this.#stands);
    const lost = operations.find(({ tx }) => this.#conflicts.has(tx));
    return standing?.tx ?? this.#conflicts.get(lost?.tx ?? '')?.winner ?? transaction.id;
  }

  /** What a slot holds just before a transaction, by those that stand. */
  #value(slot: Slot, transaction: Transaction): Json | undefined {
    const { many } = this.#index.declaration(slot.a);
    const operations = this.#before(slot, transaction);
    if (many) return valuesAt(operations.filter(this.#stands), transaction.at);
    const found = deciding(operations, transaction.at, this.#stands);
    return found?.op === 'assert' ? found.v : undefined;
  }

  #takenValue(transaction: Transaction): Conflict | undefined {
    const { branch, facts, id, writer } = transaction;
    for (const { e, a, v, op } of facts) {
      if (op === 'retract' || v === undefined || !this.#index.declaration(a).unique) continue;
      const rival = (this.#taken.get(uniqueName(a, v, branch)) ?? []).find(
        (taken) => taken.e !== e && this.#stillHas({ e: taken.e, a, branch }, v, transaction),
      );
      if (rival !== undefined) return { loser: id, winner: rival.id, writer, e, a };
    }
    return undefined;
  }

  #stillHas(slot: Slot, value: Json, transaction: Transaction): boolean {
    const found = this.#value(slot, transaction);
    const { many } = this.#index.declaration(slot.a);
    const values = many && Array.isArray(found) ? found : [found];
    return values.some((item) => item !== undefined && canonicalize(item) === canonicalize(value));
  }

  #note({ branch, facts, id }: Transaction, stands: boolean): void {
    for (const { e, a, v, op } of facts) {
      if (!stands) this.#disturbed.add(nameOf({ e, a, branch }));
      else if (op !== 'retract' && v !== undefined && this.#index.declaration(a).unique) {
        const name = uniqueName(a, v, branch);
        this.#taken.set(name, [...(this.#taken.get(name) ?? []), { e, id }]);
      }
    }
  }

  /** Another writer, or one that lost, wrote the slot inside the window. */
  #isContested(slot: Slot, writer: string): boolean {
    const name = nameOf(slot);
    const writers = this.#writers.get(name);
    const alone = writers === undefined || (writers.size === 1 && writers.has(writer));
    return !alone || this.#disturbed.has(name);
  }

  #before(slot: Slot, transaction: Transaction): Operations {
    const operations = this.#read(slot);
    let low = 0;
    let high = operations.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const operation = operations[middle];
      if (operation !== undefined && isBefore(operation, transaction)) high = middle;
      else low = middle + 1;
    }
    return operations.slice(low);
  }

  #read(slot: Slot): Operations {
    const name = nameOf(slot);
    const { e, a, branch } = slot;
    const point = { now: Number.MAX_SAFE_INTEGER, ...(branch === undefined ? {} : { branch }) };
    const operations = this.#operations.get(name) ?? this.#index.operations(e, a, point);
    this.#operations.set(name, operations);
    return operations;
  }
}

const uniqueName = (a: Attribute, v: Json, branch = ''): string => canonicalize([branch, a, v]);

/** All known transactions from the first on that some new one's writer had not seen. */
function windowOf(index: FactIndex, news: readonly Located[]): readonly Transaction[] {
  const firsts = new Map<string, Located>();
  for (const located of news) {
    const first = firsts.get(located.writer);
    if (first === undefined || located.seq < first.seq) firsts.set(located.writer, located);
  }
  const seen = seenByAll([...firsts.values()].map(({ id }) => index.chains.ancestry(id)));
  let start = Math.min(...[...firsts.values()].map(({ at }) => at));
  for (const { writer } of index.chains.heads()) {
    const unseen = index.chains.locateSeq(writer, (seen.get(writer) ?? 0) + 1);
    if (unseen?.known) start = Math.min(start, unseen.at);
  }
  const window: Transaction[] = [];
  for (const { id } of index.chains.order({ from: start })) {
    const transaction = index.transaction(id);
    if (transaction !== undefined) window.push(transaction);
  }
  return window;
}

/** How far every one of some ancestries reaches. */
function seenByAll(
  ancestries: readonly ReadonlyMap<string, number>[],
): ReadonlyMap<string, number> {
  const [first = new Map<string, number>(), ...others] = ancestries;
  const seen = new Map(first);
  for (const ancestry of others) {
    for (const [writer, seq] of seen) seen.set(writer, Math.min(seq, ancestry.get(writer) ?? 0));
  }
  return seen;
}
