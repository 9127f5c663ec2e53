import { bulletsOf, type Section, sectionsOf } from './sections.ts';
import { lineAt, printSource, readSource, type SourceText, spliceLines } from './source-text.ts';

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

export const TRAIL_SECTIONS = ['Current Focus', 'Completed', 'Pending'] as const;

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

/** What a trail is printed with; a section that is absent here keeps its bullets. */
export interface TrailContent {
  readonly updated: string;
  readonly sections: readonly TrailSection[];
}

export const NEW_TRAIL = '# Datum Trail — Session Tracking\n';

/**
 * The trail with the bullets of the given sections replaced and its date set. Prose, other
 * sections and the rest of the file stay as a person or a predecessor left them.
 */
export function updateTrail(trail: Trail, { updated, sections }: TrailContent): Trail {
  const { file } = trail.source;
  let source = setUpdated(trail.source, updated);
  for (const { heading, items } of sections) {
    const found = sectionsOf(source).find((section) => section.heading === heading);
    source =
      found === undefined ? addSection(source, heading, items) : setItems(source, found, items);
  }
  return parseTrail(printSource(source), file);
}

function setUpdated(source: SourceText, updated: string): SourceText {
  const line = updatedLine(source);
  if (line !== undefined) {
    return spliceLines(source, { start: line, remove: 1, insert: [`${UPDATED} ${updated}`] });
  }
  const hasTitle = lineAt(source, 0).startsWith('# ');
  const insert = ['', `${UPDATED} ${updated}`];
  return spliceLines(source, { start: hasTitle ? 1 : 0, remove: 0, insert });
}

const addSection = (source: SourceText, heading: string, items: readonly string[]): SourceText =>
  spliceLines(source, {
    start: source.lines.length,
    remove: 0,
    insert: ['', `## ${heading}`, '', ...items.map(toBullet)],
  });

function setItems(source: SourceText, section: Section, items: readonly string[]): SourceText {
  const old = bulletsOf(source, section);
  const first = old[0]?.line ?? section.start + 1;
  let edited = source;
  for (const { line } of old.toReversed()) {
    edited = spliceLines(edited, { start: line, remove: 1, insert: [] });
  }
  const gap = old.length === 0 ? [''] : [];
  return spliceLines(edited, {
    start: first,
    remove: 0,
    insert: items.length === 0 ? [] : [...gap, ...items.map(toBullet)],
  });
}

const toBullet = (item: string): string => `- ${item.replaceAll(/\s+/g, ' ').trim()}`;
