import { formatInstant, type Micros, parseInstant, sha256 } from '../../base/index.ts';
import { parseFrontMatter } from './front-matter.ts';
import { lineAt, printSource, readSource, spliceLines } from './source-text.ts';

/** A full copy of a note from before a change: `memory/.versions/<stem>/<time>_<hash8>.md` (atomic-runtime §4.6). */
export interface NoteVersion {
  /** When the copy was made. */
  readonly at: Micros;
  /** First 8 hex digits of the SHA-256 of its text. */
  readonly hash: string;
}

/**
 * The file name of a version.
 *
 * @example
 * versionFileName(1_778_085_116_004_211, ''); // => '20260506T163156004211Z_e3b0c442.md'
 */
export function versionFileName(at: Micros, content: Uint8Array | string): string {
  const time = formatInstant(at).replaceAll(/[-:.]/g, '');
  return `${time}_${sha256(content).slice(0, 8)}.md`;
}

/** What a version's file name says; names of older writers have whole seconds. */
export function parseVersionFileName(name: string): NoteVersion | undefined {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{6})?Z_([0-9a-f]{8})\.md$/.exec(name);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction = '000000', hash = ''] = match;
  const at = parseInstant(`${year}-${month}-${day}T${hour}:${minute}:${second}.${fraction}Z`);
  return at === undefined ? undefined : { at, hash };
}

/** The folder of a note's versions, beside the note. */
export const versionsFolder = (noteFileName: string): string =>
  `.versions/${noteFileName.replace(/\.md$/, '')}`;

/** A version with its body replaced; the front matter stays byte for byte. */
export function redactVersion(content: Uint8Array | string, file: string): string {
  const { source } = parseFrontMatter(readSource(content, file));
  let close = 1;
  while (!/^---[ \t]*$/.test(lineAt(source, close))) close += 1;
  const remove = source.lines.length - close - 1;
  return printSource(spliceLines(source, { start: close + 1, remove, insert: ['', '[redacted]'] }));
}
