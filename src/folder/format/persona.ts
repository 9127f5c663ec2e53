import { fencesOf, isInside, sectionsOf } from './sections.ts';
import { lineAt, printSource, readSource, type SourceText } from './source-text.ts';

/** A file of `persona/`: free Markdown, used whole (atomic-runtime §2.1). */
export interface Persona {
  readonly source: SourceText;
  /** Trimmed. */
  readonly body: string;
  /** From the section `## Operating mode`; `reactive` when it says nothing. */
  readonly mode: OperatingMode;
}

export type OperatingMode = 'hybrid' | 'goal-driven' | 'reactive';

export const PERSONA_FILES = ['IDENTITY.md', 'SOUL.md', 'USER.md'] as const;

export function parsePersona(content: Uint8Array | string, file: string): Persona {
  const source = readSource(content, file);
  return { source, body: source.lines.join('').trim(), mode: operatingMode(source) };
}

/** The text of a persona file, byte for byte as read. */
export const printPersona = ({ source }: Persona): string => printSource(source);

const MODES: readonly OperatingMode[] = ['hybrid', 'goal-driven', 'reactive'];

/**
 * The first mode in the order hybrid, goal-driven, reactive that the section names. A mode in bold
 * or backticks counts before plain words, so "**reactive**, not hybrid" is reactive.
 */
function operatingMode(source: SourceText): OperatingMode {
  const section = sectionsOf(source).find(({ heading }) => /^operating mode$/i.test(heading));
  if (section === undefined) return 'reactive';
  const fences = fencesOf(source);
  const lines: string[] = [];
  for (let line = section.start + 1; line < section.end; line += 1) {
    if (!isInside(fences, line)) lines.push(lineAt(source, line));
  }
  const text = lines.join('\n').toLowerCase();
  const marked = MODES.find((mode) =>
    new RegExp(`(?:\\*\\*|\`|__)${mode}(?:\\*\\*|\`|__)`).test(text),
  );
  const named = MODES.find((mode) => new RegExp(`(?<![\\w-])${mode}(?![\\w-])`).test(text));
  return marked ?? named ?? 'reactive';
}
