import { canonicalize, type Json, type Micros } from '../../base/index.ts';
import { FactError } from '../error.ts';
import type { FactIndex } from '../fact-index.ts';
import type { Entity, Fact, FactInput, TransactOptions, TransactResult } from '../log.ts';
import { encodePrecondition, holds } from '../precondition.ts';
import { takeIn } from '../taking-in/take-in.ts';
import { checkDeclarations } from './declaration-rules.ts';
import { declaresPrivate, stateFacts } from './stated-facts.ts';
import type { TransactParts } from './transaction-writer.ts';

/**
 * Writes one transaction under the lock, if its conditions hold and it changes anything. The first
 * transaction of a home is always written: it founds it.
 */
export function transact(
  facts: readonly FactInput[],
  options: TransactOptions,
  on: TransactParts,
): TransactResult {
  const { index, vault, writer } = on;
  const at = writer.time();
  const failure = firstFailure(options, at, index);
  if (failure !== undefined) return failure;
  const { branch, by, why } = options;
  checkDeclarations(facts, index, { at, branch });
  if (index.chains.known() === undefined && facts.some(declaresPrivate)) {
    // Keys belong to a home, so there has to be one first.
    writer.put({ at, facts: [] });
    return transact(facts, options, on);
  }
  const { blobs, shown, ...stated } = stateFacts(facts, {
    ...{ head: writer, index, vault, at, branch },
  });
  if (shown.length === 0 && index.chains.known() !== undefined) {
    return { ok: true, ...writer.newestKnown(), written: false };
  }
  if (writer.mustTakeIn) {
    takeIn(on, at);
    return transact(facts, options, on);
  }
  checkUnique(shown, index, { at, branch });
  const written = writer.put({
    at,
    ...stated,
    ...(blobs.length === 0 ? {} : { shown }),
    blobs: [...(options.blobs ?? []), ...blobs],
    ...(branch === undefined ? {} : { branch }),
    ...(by === undefined ? {} : { by }),
    ...(why === undefined ? {} : { why }),
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
    if (!('absent' in condition) && index.declaration(condition.a).private) {
      throw privateCondition(condition.a);
    }
    const found = view.get(condition.e, condition.a);
    if (!holds(condition, found)) return { ok: false, failed: condition, found };
  }
  return undefined;
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

const privateCondition = (attribute: string): FactError =>
  new FactError({
    code: 'fact/private-condition',
    message: `${attribute} is private: a condition on its value would be written in clear`,
    hint: 'let the condition be `absent`, or put it on another attribute',
    kind: 'usage',
    data: { attribute },
  });

const notUnique = (a: string, v: Json, holder: Entity): FactError =>
  new FactError({
    code: 'fact/not-unique',
    message: `${a} is unique, and ${holder} already has ${canonicalize(v).slice(0, 80)}`,
    hint: 'choose another value, or retract the other one first',
    data: { attribute: a, value: v, holder },
  });
