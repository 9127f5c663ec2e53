import { fencesOf, isInside, type Section } from './sections.ts';
import { lineAt, type SourceText } from './source-text.ts';

/** The `key: value` lines of a section, by lower-case key; of two with one key the later counts. */
export function keyLines(source: SourceText, section: Section): ReadonlyMap<string, string> {
  const fences = fencesOf(source);
  const keys = new Map<string, string>();
  for (let line = section.start + 1; line < section.end; line += 1) {
    const match = /^(?:[-*]\s+)?([A-Za-z_]+)\s*:(.*)$/.exec(lineAt(source, line));
    if (match === null || isInside(fences, line)) continue;
    keys.set((match[1] as string).toLowerCase(), (match[2] as string).replaceAll('`', '').trim());
  }
  return keys;
}
