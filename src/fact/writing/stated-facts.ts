import type { Micros } from '../../base/index.ts';
import { encodeFact } from '../fact.ts';
import type { FactIndex } from '../fact-index.ts';
import type { Attribute, BlobRef, Fact, FactInput } from '../log.ts';
import type { Vault } from '../sealing/vault.ts';

/** The facts of a new transaction: as the bytes hold them, and as the index shows them. */
export interface StatedFacts {
  readonly facts: readonly Fact[];
  /** The canonical texts of `facts`. */
  readonly texts: readonly string[];
  readonly shown: readonly Fact[];
  /** The sealed blobs of private values. */
  readonly blobs: readonly BlobRef[];
}

export interface StateFactsOptions {
  readonly index: FactIndex;
  /** Who knows what the log says already: the index, or it and what it does not have yet. */
  readonly head: Pick<FactIndex, 'changing'>;
  readonly vault: Vault;
  readonly at: Micros;
  readonly branch: string | undefined;
}

/**
 * Checks facts, drops those that change nothing and seals the values of private attributes; an attribute
 * is private from the transaction on that declares it so.
 */
export function stateFacts(
  facts: readonly FactInput[],
  { head, index, vault, at, branch }: StateFactsOptions,
): StatedFacts {
  const isPrivate = privacy(facts, index);
  const all = facts.map((fact) => encodeFact(isPrivate(fact.a) ? withheld(fact) : fact, at));
  const on = branch === undefined ? {} : { branch };
  const shown = head.changing(facts, { at, ...on });
  const texts = shown.length === facts.length ? all : textsOf(shown, facts, all);
  const blobs: BlobRef[] = [];
  const stated = shown.map((fact, place): Fact => {
    if (!isPrivate(fact.a)) return fact;
    const sealed = vault.sealFact(fact);
    if (sealed.blob !== undefined) blobs.push(sealed.blob);
    texts[place] = encodeFact(sealed.fact, at);
    return sealed.fact;
  });
  return { facts: stated, texts, shown, blobs };
}

/** The texts of some of the facts, which are the same objects in the same order. */
function textsOf(
  some: readonly FactInput[],
  facts: readonly FactInput[],
  texts: readonly string[],
): string[] {
  let next = 0;
  return facts.flatMap((fact, place) => {
    if (fact !== some[next]) return [];
    next += 1;
    return texts[place] ?? [];
  });
}

/** True for the fact that declares an attribute private. */
export const declaresPrivate = ({ a, v }: FactInput): boolean =>
  a === 'attribute/private' && v === true;

function privacy(facts: readonly FactInput[], index: FactIndex): (a: Attribute) => boolean {
  const now = new Set(facts.filter(declaresPrivate).map(({ e }) => e.slice('attr:'.length)));
  return (a) => now.has(a) || index.declaration(a).private;
}

/** A stand-in to check all of a fact but its value, which may be of any size. */
const withheld = (fact: FactInput): Fact => (fact.v === undefined ? fact : { ...fact, v: null });
