import { canonicalize, limits, sha256 } from '../base/index.ts';
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
  const facts = readFactLines(text, { now: home.machine.clock.now() });
  await refuseLongValues(home, facts);
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

/** A long value is for a blob; a private one becomes one by itself. */
async function refuseLongValues({ log }: Home, facts: readonly FactInput[]): Promise<void> {
  const long = facts.filter(
    ({ v }) => v !== undefined && Buffer.byteLength(canonicalize(v)) > limits.inlineValueBytesMax,
  );
  if (long.length === 0) return;
  const database = await log.at();
  for (const { e, a } of long) {
    const said = facts.some(
      (each) => each.e === `attr:${a}` && each.a === PRIVATE && each.v === true,
    );
    if (said || (await database.get(`attr:${a}`, PRIVATE)) === true) continue;
    throw new HomeError({
      code: 'home/import',
      kind: 'usage',
      message: `the value of ${e} ${a} is over ${limits.inlineValueBytesMax} bytes`,
      hint: 'put it into a document and name that in the fact; nothing was written',
      data: { entity: e, attribute: a },
    });
  }
}

const PRIVATE = 'attribute/private';

const refused = (entity: string): HomeError =>
  new HomeError({
    code: 'home/import-refused',
    message: `the log refused what is said of ${entity}`,
    hint: 'see datum show for what holds, and correct the line',
    data: { entity },
  });
