import type { AgentSnapshot } from '../prompt/snapshot.ts';
import type { Citation } from './citations.ts';

/** What became of a citation when it was looked up. */
export interface CheckedCitation extends Citation {
  /** `given`: an address that stands there and is not looked up; `missing`: nothing here has it. */
  readonly found: 'file' | 'text' | 'given' | 'missing';
  /** Path inside the agent folder, where a file has it. */
  readonly path?: string;
}

/** Files that are no source of an answer: what the agent wrote about itself. */
const OWN = /^(?:log|journal|evals|dreams|outcomes|memory\/\.versions)\//;
/** Where marks are looked for. */
const SOURCE_FOLDERS = /^(?:raw|wiki|memory)\/[^.]/;

/** Looks up citations among the agent's files; `reads` says whether a path beyond them is there and may be read. */
export async function checkSources(
  snapshot: AgentSnapshot,
  citations: readonly Citation[],
  reads: (path: string) => boolean = () => false,
): Promise<readonly CheckedCitation[]> {
  const paths = snapshot.paths.filter((path) => !OWN.test(path));
  const checked: CheckedCitation[] = [];
  for (const citation of citations) {
    if (citation.kind === 'url') checked.push({ ...citation, found: 'given' });
    else if (citation.kind === 'file') checked.push(checkFile(citation, paths, reads));
    else checked.push(await checkMark(citation, snapshot, paths));
  }
  return checked;
}

function checkFile(
  citation: Citation,
  paths: readonly string[],
  reads: (path: string) => boolean,
): CheckedCitation {
  const wanted = citation.target.replace(/^(?:\.\/|~\/(?:docs\/)?agents\/[^/]+\/)/, '');
  const path = paths.find((each) => each === wanted || each.endsWith(`/${wanted}`));
  if (path !== undefined) return { ...citation, found: 'file', path };
  return { ...citation, found: reads(citation.target) ? 'file' : 'missing' };
}

/** A mark is found where its words stand in a source, whatever the white space between them. */
async function checkMark(
  citation: Citation,
  snapshot: AgentSnapshot,
  paths: readonly string[],
): Promise<CheckedCitation> {
  const wanted = plain(citation.target);
  for (const path of paths.filter((each) => SOURCE_FOLDERS.test(each))) {
    if (plain((await snapshot.read(path)) ?? '').includes(wanted)) {
      return { ...citation, found: 'text', path };
    }
  }
  return { ...citation, found: 'missing' };
}

const plain = (text: string): string => text.toLowerCase().replaceAll(/\s+/g, ' ').trim();
