import { pinnedNotes, recentNotes, renderNote } from './notes.ts';
import type { PromptSource } from './prompt-source.ts';

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
export function assemblePrompt(source: PromptSource): readonly PromptSection[] {
  const notes = (list: ReturnType<typeof pinnedNotes>): string =>
    list.map(renderNote).join(DIVIDER);
  const { journal } = source;
  const drafts: readonly (readonly [heading: string, body: string, cacheBreak?: true])[] = [
    ['', source.persona.map(({ file, body }) => `# ${file}\n\n${body}`).join('\n\n')],
    ['# goal.md', source.goalText ?? ''],
    ['# tools.md', source.toolsText],
    ['# Available skills', skillsMenu(source)],
    ['# memory/INDEX.md', source.memoryIndex],
    ['# wiki/INDEX.md', source.wikiIndex ?? '', true],
    ['# Pinned atomic notes', notes(pinnedNotes(source.notes)), true],
    ['# Recent atomic notes', notes(recentNotes(source.notes)), true],
    [
      '# Recent journal',
      journal === undefined ? '' : `# Journal — ${journal.day}\n\n${journal.text}`,
      true,
    ],
  ];
  const present = drafts.filter(([, body]) => body !== '');
  const hasWiki = source.wikiIndex !== undefined && source.wikiIndex !== '';
  return present.map(([heading, body, cacheBreak], index) => ({
    text: `${index === 0 ? '' : SECTION_RULE}${heading === '' ? '' : `${heading}\n\n`}${body}`,
    cacheBreak: cacheBreak === true || (heading === '# memory/INDEX.md' && !hasWiki),
  }));
}

const DIVIDER = '\n\n---\n\n';

const skillsMenu = ({ skills }: PromptSource): string =>
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
