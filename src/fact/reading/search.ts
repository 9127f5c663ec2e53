import { isUtf8 } from 'node:buffer';
import { isSha256, type Json, type Sha256 } from '../../base/index.ts';
import { decodeCell } from '../indexing/cell.ts';
import type { Operation } from '../indexing/operation.ts';
import type { TextIndex, TextMatch } from '../indexing/text-index.ts';
import { statedValue } from '../indexing/value-table.ts';
import type { Blobs, Entity, Point, SearchHit, SearchOptions } from '../log.ts';
import type { Readers } from './readers.ts';
import type { View } from './view.ts';

/** A document beyond this is not read for its words. Bytes. */
const DOCUMENT_BYTES_MAX = 4 * 1024 * 1024;

/** A hit before its snippet is cut. */
export interface Hit {
  readonly entity: string;
  readonly attribute: string;
  readonly value: Json;
  readonly score: number;
}

export interface Sought {
  readonly limit: number;
  /** Which entities; all when absent. */
  readonly among?: SearchOptions['among'];
}

interface SearchedIn {
  readonly readers: Readers;
  readonly texts: TextIndex;
  readonly point: Point;
  /** The view of the point. */
  readonly view: View;
}

/** Of more texts than these that have the words, the newest are ranked by themselves. */
const NEWEST = 2000;
const MORE = 4;

/**
 * The best hits that hold at the view's point; each entity and attribute once. To rank all of very many
 * texts takes longer than a reader waits, so the newest are ranked, and more of them as long as half of
 * the best do not count: because they hold no longer, or are not among those sought.
 */
export function searchView(searched: SearchedIn, words: string, sought: Sought): readonly Hit[] {
  const query = matchOf(words);
  if (query === undefined || sought.limit < 1) return [];
  // As of the past, or on a branch, what is newest says nothing.
  const isPresent = Object.values(searched.point).every((part) => part === undefined);
  for (let newest = NEWEST; isPresent; newest *= MORE) {
    const from = searched.texts.beginOfNewest(query, newest);
    if (from === 0) break;
    const { hits, looked } = bestHits(searched, searched.texts.search(query, from), sought);
    if (hits.length === sought.limit && looked <= 2 * hits.length) return hits;
  }
  return bestHits(searched, searched.texts.search(query, 0), sought).hits;
}

/** The first matches that count, and how many were looked at for them. */
function bestHits(
  { readers: { tables }, view }: SearchedIn,
  matches: Iterable<TextMatch>,
  { among, limit }: Sought,
): { readonly hits: readonly Hit[]; readonly looked: number } {
  const isSought = among === undefined ? () => true : askedOnce(among, tables.dictionary);
  const holding = new Map<string, readonly Operation[]>();
  const hits = new Map<string, Hit>();
  let looked = 0;
  for (const { a, e, pos, score, seq, writer } of matches) {
    looked += 1;
    const key = `${e} ${a}`;
    if (hits.has(key) || !isSought(e)) continue;
    const row = tables.attributes.at(a);
    const operations = holding.get(key) ?? view.holding(e, row);
    holding.set(key, operations);
    const found = operations.find(
      (one) => one.writer === writer && one.seq === seq && one.pos === pos,
    );
    const cell = found === undefined ? null : statedValue(found);
    if (cell === null) continue;
    const entity = tables.dictionary.name(e);
    hits.set(key, { entity, attribute: row.name, value: decodeCell(cell), score });
    if (hits.size >= limit) break;
  }
  return { hits: [...hits.values()], looked };
}

/** Whether an entity is among those sought, by its number; each is asked about once. */
function askedOnce(
  among: (entity: Entity) => boolean,
  names: { name(e: number): Entity },
): (e: number) => boolean {
  const known = new Map<number, boolean>();
  return (e) => {
    const wanted = known.get(e) ?? among(names.name(e));
    known.set(e, wanted);
    return wanted;
  };
}

/** Cuts the snippets; the text of documents comes from their blobs. */
export async function withSnippets(
  hits: readonly Hit[],
  words: string,
  blobs: Blobs,
): Promise<readonly SearchHit[]> {
  const terms = termsOf(words).map(({ text }) => text.toLowerCase());
  const cut: SearchHit[] = [];
  for (const { attribute, entity, score, value } of hits) {
    const isDocument = typeof value === 'string' && isSha256(value);
    const document = isDocument ? await documentText(blobs, value) : undefined;
    const text = document ?? (typeof value === 'string' ? value : JSON.stringify(value));
    cut.push({ entity, attribute, snippet: snippet(text, terms), score });
  }
  return cut;
}

/** The text of a blob; `undefined` when it is not here, not text, or too long. */
export async function documentText(blobs: Blobs, hash: Sha256): Promise<string | undefined> {
  const content = await blobs.get(hash);
  if (content === undefined || content.length > DOCUMENT_BYTES_MAX || !isUtf8(content)) {
    return undefined;
  }
  const text = Buffer.from(content).toString();
  return text.includes('\0') ? undefined : text;
}

interface Term {
  readonly text: string;
  readonly isPrefix: boolean;
}

/** Words, phrases in double quotes, and beginnings of words that end in `*`. */
function termsOf(words: string): readonly Term[] {
  const parts = [...words.matchAll(/"([^"]+)"|[^\s"]+/g)];
  return parts
    .map(([whole, phrase]) => ({
      text: phrase ?? whole.replace(/\*+$/, ''),
      isPrefix: phrase === undefined && whole.endsWith('*'),
    }))
    .filter(({ text }) => /[\p{L}\p{N}]/u.test(text));
}

/** The query in FTS5's language, everything quoted; `undefined` when there is no word in it. */
function matchOf(words: string): string | undefined {
  const terms = termsOf(words);
  if (terms.length === 0) return undefined;
  return terms
    .map(({ isPrefix, text }) => `"${text.replaceAll('"', '""')}"${isPrefix ? '*' : ''}`)
    .join(' AND ');
}

const BEFORE = 40;
const LENGTH = 160;

/** A line of text around the first word found. */
function snippet(text: string, terms: readonly string[]): string {
  const lower = text.toLowerCase();
  const places = terms.map((term) => lower.indexOf(term)).filter((place) => place >= 0);
  const start = Math.max(0, Math.min(...places, text.length) - BEFORE);
  const begin = places.length === 0 ? 0 : start;
  const end = Math.min(text.length, begin + LENGTH);
  const middle = text.slice(begin, end).toWellFormed().replace(/\s+/g, ' ').trim();
  return `${begin > 0 ? '…' : ''}${middle}${end < text.length ? '…' : ''}`;
}
