import { limits, sha256 } from '../base/index.ts';
import type { FactInput } from '../fact/index.ts';
import { HomeError } from './error.ts';
import { readFactLines } from './fact-lines.ts';
import type { Home } from './home.ts';

export interface Imported {
  readonly facts: number;
  /** Transactions that were written; none when everything held already. */
  readonly transactions: number;
}

/** Facts of one transaction: far below its limit, and a step that progress can be told by. */
const BATCH = Math.min(1_000, limits.factsPerTransactionMax);

/**
 * States the facts of JSON lines; declarations first, so that they count for what follows. What holds
 * already is not stated again. Throws what {@link readFactLines} does, and what the log refuses.
 */
export async function importFacts(
  home: Home,
  text: string,
  options: { readonly branch?: string; readonly onProgress?: (facts: number) => void } = {},
): Promise<Imported> {
  const facts = readFactLines(text);
  const isDeclaration = ({ e }: FactInput): boolean => e.startsWith('attr:');
  const why = { source: 'import', hash: sha256(text) };
  const { branch, onProgress } = options;
  let transactions = 0;
  let done = 0;
  for (const group of [facts.filter(isDeclaration), facts.filter((each) => !isDeclaration(each))]) {
    for (let at = 0; at < group.length; at += BATCH) {
      const batch = group.slice(at, at + BATCH);
      const result = await home.log.transact(batch, {
        by: home.by,
        why,
        durability: 'later',
        ...(branch === undefined ? {} : { branch }),
      });
      if (!result.ok) throw refused(result.failed.e);
      if (result.written) transactions += 1;
      done += batch.length;
      onProgress?.(done);
    }
  }
  await home.log.sync();
  return { facts: facts.length, transactions };
}

const refused = (entity: string): HomeError =>
  new HomeError({
    code: 'home/import-refused',
    message: `the log refused what is said of ${entity}`,
    hint: 'see datum show for what holds, and correct the line',
    data: { entity },
  });
