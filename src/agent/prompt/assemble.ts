import { piecesOf } from './day-entries.ts';
import { pinnedNotes, recentNotes, renderNote } from './notes.ts';
import type { PromptDocuments, PromptSource } from './prompt-source.ts';

/** A part of the system prompt; a provider's cache may break after a marked one. */
export interface PromptSection {
  /** With the rule that divides it from the part before. */
  readonly text: string;
  readonly cacheBreak: boolean;
}

/** What stands between two sections of a prompt: 27 times U+2550 (atomic-runtime §3). */
export const SECTION_RULE = `\n\n${'═'.repeat(27)}\n\n`;

const SKILLS_MENU =
  'The following skills are available. Use the load_skill tool to load a ' +
  "skill's full instructions when relevant to the task.";

/**
 * The system prompt of an agent (atomic-runtime §3), a pure function of what was read. Caches break
 * after the indexes, the pinned notes, the recent notes and the journal: the parts that change ever
 * more often.
 */
export const assemblePrompt = (source: PromptSource): readonly PromptSection[] => [
  ...sectionsOf(source.documents),
  ...journalSections(source),
];

const assembled = new WeakMap<PromptDocuments, readonly PromptSection[]>();

/** The sections of documents: the same texts run after run, so that each is known to be kept. */
function sectionsOf(documents: PromptDocuments): readonly PromptSection[] {
  const known = assembled.get(documents) ?? documentSections(documents);
  assembled.set(documents, known);
  return known;
}

function documentSections(source: PromptDocuments): readonly PromptSection[] {
  const notes = (list: ReturnType<typeof pinnedNotes>): string =>
    list.map(renderNote).join(DIVIDER);
  const { cascade } = source;
  const drafts: readonly (readonly [heading: string, body: string, cacheBreak?: true])[] = [
    ['# role PROMPT.md', cascade?.rolePrompt ?? ''],
    ['', source.persona.map(({ file, body }) => `# ${file}\n\n${body}`).join('\n\n')],
    ['# goal.md', source.goalText ?? ''],
    ['# tools.md', source.toolsText],
    ['# Available skills', skillsMenu(source)],
    ['# project canon.md', cascade?.canon ?? ''],
    ['# project goal.md', cascade?.goal ?? ''],
    ['# project style_guide.md', cascade?.styleGuide ?? ''],
    ['# project policy/', policiesOf(cascade)],
    ['# memory/INDEX.md', source.memoryIndex],
    ['# wiki/INDEX.md', source.wikiIndex ?? '', true],
    ['# Pinned atomic notes', notes(pinnedNotes(source.notes)), true],
    ['# Recent atomic notes', notes(recentNotes(source.notes)), true],
  ];
  const present = drafts.filter(([, body]) => body !== '');
  const hasWiki = source.wikiIndex !== undefined && source.wikiIndex !== '';
  const sections = present.map(([heading, body, cacheBreak], index) => ({
    text: `${index === 0 ? '' : SECTION_RULE}${heading === '' ? '' : `${heading}\n\n`}${body}`,
    cacheBreak: cacheBreak === true || (heading === '# memory/INDEX.md' && !hasWiki),
  }));
  return joinShort(sections);
}

/** Sections shorter than this join the one before them. */
const SHORT = 1024;

/** Fewer and longer parts of the same text: what is sent, and recorded, piece by piece. */
function joinShort(sections: readonly PromptSection[]): readonly PromptSection[] {
  const joined: PromptSection[] = [];
  for (const section of sections) {
    const last = joined.at(-1);
    if (last === undefined || last.cacheBreak || section.text.length >= SHORT) joined.push(section);
    else joined.splice(-1, 1, { ...section, text: last.text + section.text });
  }
  return joined;
}

/** The journal in pieces that stay as they are while the day grows, so that each is recorded once. */
function journalSections({ journal }: PromptSource): readonly PromptSection[] {
  if (journal === undefined) return [];
  const { day, title, entries } = journal;
  const heading = `${SECTION_RULE}# Recent journal\n\n# Journal — ${day}\n\n${title}`;
  const texts = [heading, ...piecesOf(entries)];
  return texts.map((text, at) => ({ text, cacheBreak: at === texts.length - 1 }));
}

const DIVIDER = '\n\n---\n\n';

const policiesOf = (cascade: PromptDocuments['cascade']): string =>
  (cascade?.policies ?? []).map(({ path, body }) => `# ${path}\n\n${body}`).join(DIVIDER);

const skillsMenu = ({ skills }: PromptDocuments): string =>
  skills.length === 0
    ? ''
    : [
        SKILLS_MENU,
        '',
        ...skills.map(({ name, description }) => `- **${name}**: ${description}`),
      ].join('\n');

/** The whole text of a prompt. */
export const promptText = (sections: readonly PromptSection[]): string =>
  sections.map(({ text }) => text).join('');
