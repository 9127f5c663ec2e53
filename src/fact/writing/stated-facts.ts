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
  { index, vault, at, branch }: StateFactsOptions,
): StatedFacts {
  const isPrivate = privacy(facts, index);
  const texts = new Map<FactInput, string>();
  for (const fact of facts)
    texts.set(fact, encodeFact(isPrivate(fact.a) ? withheld(fact) : fact, at));
  const on = branch === undefined ? {} : { branch };
  const shown = index.changing(facts, { at, ...on });
  const blobs: BlobRef[] = [];
  const stated = shown.map((fact): Fact => {
    if (!isPrivate(fact.a)) return fact;
    const sealed = vault.sealFact(fact);
    if (sealed.blob !== undefined) blobs.push(sealed.blob);
    texts.set(fact, encodeFact(sealed.fact, at));
    return sealed.fact;
  });
  return { facts: stated, texts: shown.map((fact) => texts.get(fact) ?? ''), shown, blobs };
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
