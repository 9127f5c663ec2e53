import { linesOf } from '../text/line-diff.ts';

export const CITATION_FORMATS = ['inline', 'footnote', 'sources_block'] as const;
/** How an agent cites (`layer_1_citations.format` of model.md). */
export type CitationFormat = (typeof CITATION_FORMATS)[number];

/** A place of an answer that says where something is known from. */
export interface Citation {
  /** As it stands in the answer. */
  readonly text: string;
  /** A file, an address, or a mark such as `PA/TL/1, f. 14r` or `Proceedings vol. 9, p. 233`. */
  readonly kind: 'file' | 'url' | 'mark';
  /** The path, the address, or the mark without its page. */
  readonly target: string;
}

/** A sentence that states something one could look up, with what it cites. */
export interface Claim {
  readonly text: string;
  readonly citations: readonly Citation[];
}

/** What an answer claims and cites. */
export interface CitedAnswer {
  readonly citations: readonly Citation[];
  readonly claims: readonly Claim[];
}

const URL = /https?:\/\/[^\s<>()[\]"'`]+/g;
const FILE = /(?:[\w.~-]+\/)*[\w.-]+\.(?:md|txt|toml|json|jsonl|pdf|csv|html)\b/;
/** A place inside a source: page, folio, paragraph. */
const PAGE = /(?:\b(?:pp?|ff?|fol|sect|para)\.\s?\d+|§\s?\d+)/i;
const VOLUME = /\b(?:vol|ch|no)\.\s?\d+/i;
/** A shelf mark, such as `PA/TL/1`. */
const SHELF = /\b[A-Z][A-Z0-9]*(?:\/[A-Z0-9]+)+\b/;
const BRACKETED = /\[([^[\]]+)\](?!\()|\(([^()]+)\)/g;
const FOOTNOTE = /\[\^([\w-]+)\]/g;
const NOTE_LINE = /^\[\^([\w-]+)\]:\s*(.+)$/;
const SOURCES_HEADING = /^(?:#{1,6}\s*)?\**sources\**:?\**\s*$/i;

/**
 * Reads citations and claims out of an answer by its words alone (atomic-runtime §18), so that the
 * same answer always gives the same. A claim is a sentence with a number, a date or a quotation that
 * is no question, no heading, no calculation, and does not itself say that something is not known.
 * A citation counts for the sentences before it on its line.
 */
export function readCitations(text: string, format: CitationFormat): CitedAnswer {
  const { body, notes, sources } = splitAnswer(text);
  const lines = body.map((line) => readLine(line, notes));
  const block = sources.flatMap(citationsIn);
  const claims = lines.flatMap((line) => line.claims);
  const covered =
    format === 'sources_block' && block.length > 0
      ? claims.map((claim) => (claim.citations.length > 0 ? claim : { ...claim, citations: block }))
      : claims;
  return {
    citations: distinct([...lines.flatMap((line) => line.citations), ...block]),
    claims: covered,
  };
}

/** The lines of an answer without its code, its footnotes and its block of sources. */
function splitAnswer(text: string) {
  const body: string[] = [];
  const sources: string[] = [];
  const notes = new Map<string, readonly Citation[]>();
  let isCode = false;
  let isSources = false;
  for (const line of linesOf(text)) {
    if (/^\s*(?:`{3,}|~{3,})/.test(line)) isCode = !isCode;
    else if (isCode) continue;
    else if (SOURCES_HEADING.test(line.trim())) isSources = true;
    else if (isSources && /^#{1,6}\s/.test(line)) isSources = false;
    const note = NOTE_LINE.exec(line.trim());
    if (note !== null) notes.set(note[1] ?? '', citationsIn(note[2] ?? ''));
    else if (isSources) sources.push(line);
    else if (!isCode) body.push(line);
  }
  return { body, notes, sources };
}

function readLine(line: string, notes: ReadonlyMap<string, readonly Citation[]>) {
  const parts = sentencesOf(line).map((sentence) => ({
    sentence,
    citations: [...citationsIn(sentence), ...footnotesIn(sentence, notes)],
  }));
  const claims: Claim[] = [];
  let after: readonly Citation[] = [];
  for (const { sentence, citations } of parts.toReversed()) {
    if (citations.length > 0) after = citations;
    if (isClaim(sentence)) claims.unshift({ text: sentence, citations: after });
  }
  return { claims, citations: parts.flatMap(({ citations }) => citations) };
}

const footnotesIn = (
  sentence: string,
  notes: ReadonlyMap<string, readonly Citation[]>,
): readonly Citation[] =>
  [...sentence.matchAll(FOOTNOTE)].flatMap(([, name = '']) => notes.get(name) ?? []);

/** Not after an abbreviation such as `vol.` or `p.`, nor inside a number. */
const SENTENCE_END =
  /(?<!\b(?:pp?|ff?|fol|vol|ch|sect|para|no|cf|ed|e\.g|i\.e))[.!?](?=\s+\p{L})/giu;

function sentencesOf(line: string): readonly string[] {
  const sentences: string[] = [];
  let start = 0;
  for (const match of line.matchAll(SENTENCE_END)) {
    sentences.push(line.slice(start, match.index + 1).trim());
    start = match.index + 1;
  }
  return [...sentences, line.slice(start).trim()].filter((sentence) => sentence !== '');
}

const EXEMPT = [
  /\?\s*$/,
  /^#{1,6}\s/,
  /=/,
  /\b(?:not (?:held|known|settled|recorded)|no (?:source|record|gap)|unknown|cannot (?:say|find)|can not)\b/i,
  /^(?:[-*]\s*)?(?:gap|not settled)\b/i,
];

/** What is left of a sentence without its citations says something that could be looked up. */
function isClaim(sentence: string): boolean {
  if (EXEMPT.some((pattern) => pattern.test(sentence))) return false;
  const plain = sentence
    .replaceAll(BRACKETED, ' ')
    .replaceAll(URL, ' ')
    .replaceAll(new RegExp(FILE, 'g'), ' ')
    .replace(/^\s*(?:[-*]|\d+[.)])\s+/, '');
  return /\d/.test(plain) || /["“][^"”]{3,}["”]/.test(plain);
}

/** The citations of a text: addresses, files, and marks in brackets. */
function citationsIn(text: string): readonly Citation[] {
  const found: Citation[] = [...text.matchAll(URL)].map(([url]) => {
    const target = url.replace(/[.,;:!?]+$/, '');
    return { text: target, kind: 'url', target };
  });
  const rest = text.replaceAll(URL, ' ');
  for (const [file] of rest.matchAll(new RegExp(FILE, 'g'))) {
    found.push({ text: file, kind: 'file', target: file });
  }
  for (const [all, square, round] of rest.matchAll(BRACKETED)) {
    const inner = (square ?? round ?? '').trim();
    if (FILE.test(inner)) continue;
    const target = markIn(inner);
    if (target !== undefined) found.push({ text: all, kind: 'mark', target });
  }
  return distinct(found);
}

/** The source a bracket names: its shelf mark, or the words before the page; none without either. */
function markIn(inner: string): string | undefined {
  const shelf = SHELF.exec(inner)?.[0];
  if (shelf !== undefined) return shelf;
  const page = PAGE.exec(inner);
  if (page === null && !VOLUME.test(inner)) return undefined;
  const target = inner.slice(0, page?.index).replace(/^(?:per|see|cf\.)\s+/i, '');
  return target.replace(/[\s,;:]+$/, '') || undefined;
}

const distinct = (citations: readonly Citation[]): readonly Citation[] => [
  ...new Map(citations.map((each) => [`${each.kind} ${each.target}`, each])).values(),
];
