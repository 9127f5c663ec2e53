import type { Sha256 } from '../../base/index.ts';
import { documentsOf, type Untexted } from '../indexing/text-index.ts';
import type { Log, SearchHit, SearchOptions } from '../log.ts';
import { documentText, withSnippets } from '../reading/search.ts';
import type { SideWork } from './side-work.ts';
import { FACTS_PER_STEP, type Store } from './store.ts';

/** Where the words are. */
export interface WordStore {
  readonly log: Pick<Log, 'blobs' | 'clock'>;
  readonly store: Store;
  readonly side: SideWork;
}

/** Finds by words at a point, after indexing the words of what was written since the last search. */
export async function searchWords(
  text: string,
  { among, limit = 20, ...point }: SearchOptions,
  { log, side, store }: WordStore,
): Promise<readonly SearchHit[]> {
  const { index } = store;
  for (;;) {
    const transactions = index.untexted(FACTS_PER_STEP);
    if (transactions.length === 0) break;
    const documents = await documentsIn(transactions, log);
    await side(() => index.addTexts(transactions, documents));
  }
  const hits = index.search(text, point, { among, now: log.clock.now(), limit });
  return withSnippets(hits, text, log.blobs);
}

async function documentsIn(
  transactions: readonly Untexted[],
  { blobs }: Pick<Log, 'blobs'>,
): Promise<ReadonlyMap<Sha256, string>> {
  const texts = new Map<Sha256, string>();
  for (const hash of transactions.flatMap(({ transaction }) => documentsOf(transaction))) {
    const text = texts.has(hash) ? undefined : await documentText(blobs, hash);
    if (text !== undefined) texts.set(hash, text);
  }
  return texts;
}
