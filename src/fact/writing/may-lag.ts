import type { FactIndex } from '../fact-index.ts';
import { branchNamed } from '../indexing/branch-table.ts';
import type { FactInput, TransactOptions } from '../log.ts';

/** More facts at once are worth a commit of their own. */
const FACTS_MAX = 64;

/**
 * Whether facts can be written without the index: each simply replaces what was said before of its
 * entity and attribute, and nothing has to be looked up to allow it.
 */
export function mayLag(
  facts: readonly FactInput[],
  { branch, durability, if: conditions = [] }: TransactOptions,
  index: FactIndex,
): boolean {
  if (branch !== undefined || durability === 'later' || conditions.length > 0) return false;
  if (facts.length > FACTS_MAX) return false;
  const slots = new Set<string>();
  return facts.every(({ a, e, validFrom, validTo }) => {
    const isOpen = validFrom === undefined && validTo === undefined;
    const isAlone = !slots.has(`${e}\n${a}`);
    slots.add(`${e}\n${a}`);
    return isOpen && isAlone && branchNamed(e) === undefined && index.isFree(a);
  });
}
