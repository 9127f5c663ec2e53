import { bulletsOf, sectionsOf } from './sections.ts';
import { lineAt, printSource, readSource, type SourceText } from './source-text.ts';

/** `TRAIL.md`: what the agent is at, has done and has before it (datum §4.2). */
export interface Trail {
  readonly source: SourceText;
  /** ISO 8601, from the line `Last updated:`. */
  readonly updated?: string;
  readonly sections: readonly TrailSection[];
}

export interface TrailSection {
  readonly heading: string;
  readonly items: readonly string[];
}

export function parseTrail(content: Uint8Array | string, file: string): Trail {
  const source = readSource(content, file);
  const line = updatedLine(source);
  const sections = sectionsOf(source).map((section) => ({
    heading: section.heading,
    items: bulletsOf(source, section).map(({ text }) => text),
  }));
  const updated = line === undefined ? '' : lineAt(source, line).slice(UPDATED.length).trim();
  return { source, ...(updated === '' ? {} : { updated }), sections };
}

/** The text of a trail, byte for byte as read. */
export const printTrail = ({ source }: Trail): string => printSource(source);

const UPDATED = 'Last updated:';

function updatedLine(source: SourceText): number | undefined {
  const line = source.lines.findIndex((text) => text.startsWith(UPDATED));
  return line < 0 ? undefined : line;
}
