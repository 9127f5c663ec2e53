import type { Json } from '../../base/index.ts';
import { type Problem, refuseProblems } from '../error.ts';
import { type FrontMatter, parseFrontMatter } from './front-matter.ts';
import { type Confidence, commonProblems } from './note.ts';
import { printSource, readSource, type SourceText } from './source-text.ts';

/** A page distilled from files under `raw/`: `wiki/<topic>.md` (atomic-runtime §4.2). */
export interface WikiPage {
  readonly source: SourceText;
  readonly name: string;
  readonly description: string;
  readonly captured: string;
  readonly lastSeen: string;
  /** Paths of the files it was made from. */
  readonly sources: readonly string[];
  readonly confidence: Confidence;
  readonly pinned: boolean;
  /** File names of related notes and pages. */
  readonly related: readonly string[];
  readonly tags: readonly string[];
  readonly body: string;
}

/** Reads a wiki page; throws `folder/bad-note` naming every rule it breaks, with lines. */
export function parseWikiPage(content: Uint8Array | string, file: string): WikiPage {
  const matter = parseFrontMatter(readSource(content, file));
  refuseProblems('folder/bad-note', [...commonProblems(matter), ...pageProblems(matter)]);
  const { fields } = matter;
  return {
    source: matter.source,
    name: fields['name'] as string,
    description: fields['description'] as string,
    captured: fields['captured'] as string,
    lastSeen: fields['last_seen'] as string,
    sources: fields['sources'] as readonly string[],
    confidence: fields['confidence'] as Confidence,
    pinned: fields['pinned'] === true,
    related: (fields['related'] ?? []) as readonly string[],
    tags: (fields['tags'] ?? []) as readonly string[],
    body: matter.body,
  };
}

/** The text of a page, byte for byte as read. */
export const printWikiPage = ({ source }: WikiPage): string => printSource(source);

function pageProblems({ source, fields, lineOf }: FrontMatter): readonly Problem[] {
  const { file } = source;
  const problems: Problem[] = [];
  const check = (key: string, holds: boolean, must: string): void => {
    if (holds) return;
    const hint = `correct \`${key}\``;
    problems.push({ file, line: lineOf(key), message: `\`${key}\` must be ${must}`, hint });
  };
  const related: Json = fields['related'] ?? [];
  check('type', fields['type'] === 'wiki_page', '`wiki_page`');
  check('provenance', (fields['provenance'] ?? 'distilled') === 'distilled', '`distilled`');
  check(
    'related',
    Array.isArray(related) && related.every((item) => typeof item === 'string'),
    'a list of file names',
  );
  return problems;
}
