import { limits, type Micros } from '../../base/index.ts';
import type { FactIndex } from '../fact-index.ts';
import type { Arrived, FactInput, TakeIn, TransactionId } from '../log.ts';
import type { Located } from '../reading/stored-chains.ts';
import { stateFacts } from '../writing/stated-facts.ts';
import type { TransactParts } from '../writing/transaction-writer.ts';
import { type Judgement, judge } from './conflicts.ts';
import { repair } from './repair.ts';
import type { Slot } from './slot.ts';

/**
 * Makes known what other writers' transactions the index has stored: one transaction that names their
 * heads, then one for each branch on which something did not stand. Under the lock.
 */
export function takeIn(
  { index, vault, writer }: TransactParts,
  now: Micros,
): Omit<TakeIn, 'problems'> {
  const heads = writer.mustTakeIn ? index.chains.heads() : index.chains.pending();
  if (heads.length === 0) return { arrived: [], conflicts: [], ahead: [] };
  const news = heads.flatMap((head) => unknownUpTo(index, head));
  const parents = heads.map(({ id }) => id).sort();
  writer.put({ at: writer.time(heads), parents, facts: [], why: WHY });
  const judgement = judge(index, news.length > 0 ? news : heads);
  for (const [branch, facts] of settlement(index, judgement)) {
    const on = branch === undefined ? {} : { branch };
    for (let from = 0; from < facts.length; from += FACTS_MAX) {
      const at = writer.time();
      const stated = stateFacts(facts.slice(from, from + FACTS_MAX), {
        ...{ head: index, index, vault, at, branch },
      });
      if (stated.facts.length > 0) writer.put({ at, why: WHY, ...on, ...stated });
    }
  }
  return {
    arrived: arrivedOf(news),
    conflicts: [...judgement.conflicts.values()],
    ahead: news.filter(({ at }) => at > now + limits.clockSkewMicrosMax),
  };
}

const WHY = Object.freeze({ source: 'take-in' });
const FACTS_MAX = 10_000;

/** The transactions of a head's writer, oldest first, that are not known yet. */
function unknownUpTo(index: FactIndex, head: Located): readonly Located[] {
  const news: Located[] = [];
  let next: Located | undefined = head;
  while (next !== undefined && !next.known) {
    news.push(next);
    next = index.chains.locateSeq(next.writer, next.seq - 1);
  }
  return news.reverse();
}

function arrivedOf(news: readonly Located[]): readonly Arrived[] {
  const arrived = new Map<string, Arrived>();
  for (const { writer, seq } of news) {
    const from = arrived.get(writer)?.from ?? seq;
    arrived.set(writer, { writer, from, to: seq });
  }
  return [...arrived.values()];
}

/** By branch, the facts that say what does not stand and give its slots their value back. */
function settlement(
  index: FactIndex,
  judgement: Judgement,
): ReadonlyMap<string | undefined, readonly FactInput[]> {
  const { conflicts, operations, window } = judgement;
  const facts = new Map<string | undefined, FactInput[]>([[undefined, notices(index, judgement)]]);
  const slots = new Map<string, Slot>();
  for (const { branch, facts: written, id } of window) {
    if (!conflicts.has(id)) continue;
    for (const { e, a } of written) slots.set(JSON.stringify([branch, e, a]), { e, a, branch });
  }
  for (const slot of slots.values()) {
    const { many } = index.declaration(slot.a);
    // Who mends speaks in its own name: it must not state what only a stranger said.
    const stands = ({ tx }: { readonly tx: TransactionId }): boolean =>
      !conflicts.has(tx) && index.counts(slot.a, tx);
    const mended = repair(slot, { operations: operations(slot), stands, many });
    facts.set(slot.branch, [...(facts.get(slot.branch) ?? []), ...mended]);
  }
  return facts;
}

/** The conflict facts of what does not stand, and their end for what stands again. */
function notices(index: FactIndex, { conflicts, window }: Judgement): FactInput[] {
  const now = Number.MAX_SAFE_INTEGER;
  const view = index.view({}, now);
  return window.flatMap(({ id }): FactInput[] => {
    const e = `conflict:${id}`;
    const conflict = conflicts.get(id);
    if (conflict !== undefined) {
      return [
        { e, a: 'conflict/loser', v: id },
        { e, a: 'conflict/winner', v: conflict.winner },
        { e, a: 'conflict/slot', v: [conflict.e, conflict.a] },
      ];
    }
    const names = view.get(e, 'conflict/loser') === undefined ? [] : NOTICE;
    return names.map((a) => ({ e, a, op: 'retract' }));
  });
}

const NOTICE = ['conflict/loser', 'conflict/winner', 'conflict/slot'];
