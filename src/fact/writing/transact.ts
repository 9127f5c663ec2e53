import { canonicalize, type Json, type Micros } from '../../base/index.ts';
import { FactError } from '../error.ts';
import { encodeFact } from '../fact.ts';
import type { FactIndex } from '../fact-index.ts';
import type { Entity, Fact, FactInput, TransactOptions, TransactResult } from '../log.ts';
import { encodePrecondition, holds } from '../precondition.ts';
import { takeIn } from '../taking-in/take-in.ts';
import { checkDeclarations } from './declaration-rules.ts';
import type { TransactionWriter } from './transaction-writer.ts';

/**
 * Writes one transaction under the lock, if its conditions hold and it changes anything. The first
 * transaction of a home is always written: it founds it.
 */
export function transact(
  facts: readonly FactInput[],
  options: TransactOptions,
  { index, writer }: { readonly index: FactIndex; readonly writer: TransactionWriter },
): TransactResult {
  const at = writer.time();
  const failure = firstFailure(options, at, index);
  if (failure !== undefined) return failure;
  const { branch, by, why, blobs } = options;
  const texts = new Map<FactInput, string>();
  for (const fact of facts) texts.set(fact, encodeFact(fact, at));
  checkDeclarations(facts, index, { at, branch });
  const changing = index.changing(facts, { at, ...(branch === undefined ? {} : { branch }) });
  const head = index.known();
  if (changing.length === 0 && head !== undefined) return unchanged(index, head);
  if (writer.mustTakeIn) {
    takeIn(index, writer, at);
    return transact(facts, options, { index, writer });
  }
  checkUnique(changing, index, { at, branch });
  const written = writer.put({
    at,
    facts: changing,
    texts: changing.map((fact) => texts.get(fact) ?? encodeFact(fact, at)),
    ...(branch === undefined ? {} : { branch }),
    ...(by === undefined ? {} : { by }),
    ...(why === undefined ? {} : { why }),
    ...(blobs === undefined ? {} : { blobs }),
    ...(options.if === undefined ? {} : { if: options.if }),
  });
  return { ok: true, ...written, written: true };
}

function firstFailure(
  { branch, if: conditions = [] }: TransactOptions,
  at: Micros,
  index: FactIndex,
): TransactResult | undefined {
  if (conditions.length === 0) return undefined;
  const view = index.view({ valid: at, ...(branch === undefined ? {} : { branch }) }, at);
  for (const condition of conditions) {
    encodePrecondition(condition);
    const found = view.get(condition.e, condition.a);
    if (!holds(condition, found)) return { ok: false, failed: condition, found };
  }
  return undefined;
}

function unchanged(index: FactIndex, head: string): TransactResult {
  const { id, seq, at } = index.locate(head) ?? { id: head, seq: 0, at: 0 };
  return { ok: true, id, seq, at, written: false };
}

/** Refuses a value of a `unique` attribute that another entity holds, here or in the same facts. */
function checkUnique(
  facts: readonly Fact[],
  index: FactIndex,
  { at, branch }: { readonly at: Micros; readonly branch: string | undefined },
): void {
  const here = new Map<string, Entity>();
  for (const { e, a, v, op } of facts) {
    if (op === 'retract' || v === undefined || !index.declaration(a).unique) continue;
    const point = { at, except: e, ...(branch === undefined ? {} : { branch }) };
    const name = canonicalize([a, v]);
    const holder = index.holder(a, v, point) ?? here.get(name);
    if (holder !== undefined && holder !== e) throw notUnique(a, v, holder);
    here.set(name, e);
  }
}

const notUnique = (a: string, v: Json, holder: Entity): FactError =>
  new FactError({
    code: 'fact/not-unique',
    message: `${a} is unique, and ${holder} already has ${canonicalize(v).slice(0, 80)}`,
    hint: 'choose another value, or retract the other one first',
    data: { attribute: a, value: v, holder },
  });
