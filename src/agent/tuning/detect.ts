import { changeNote, type EvalLine, parseNote, printNote } from '../../folder/index.ts';
import { addDays } from '../text/days.ts';
import type { Evidence } from './evidence.ts';
import type { Idea } from './idea.ts';
import { recurringPhrase } from './phrases.ts';
import { withBullet } from './section-bullet.ts';

/** Everything that recurs and could be mended, in a fixed order (atomic-runtime §15). */
export const detectIdeas = (evidence: Evidence): readonly Idea[] => [
  ...lowPersonaFidelity(evidence),
  ...recurringHardFails(evidence),
  ...staleNotes(evidence),
  ...promotableNotes(evidence),
];

const testsOf = (lines: readonly EvalLine[]): string =>
  [...new Set(lines.map(({ testId }) => testId))].join(', ');

/** A rule at the end of a section's list. */
const addedTo = (section: string, words: string): Pick<Idea, 'words' | 'edit'> => ({
  words,
  edit: (text, put = words) => withBullet(text, section, put),
});

const FIDELITY = {
  dimension: 'persona_fidelity',
  scoreMax: 3,
  resultsMin: 3,
  highFrom: 5,
} as const;

function lowPersonaFidelity({ lines }: Evidence): readonly Idea[] {
  const low = lines.filter(({ scores }) => (scores[FIDELITY.dimension] ?? 5) <= FIDELITY.scoreMax);
  const said = low.map(({ justifications }) => justifications[FIDELITY.dimension] ?? '');
  const recurring = recurringPhrase(said);
  if (low.length < FIDELITY.resultsMin || recurring === undefined) return [];
  const { phrase, count } = recurring;
  return [
    {
      key: 'recurring_persona_fidelity_low',
      title: 'Keep the voice',
      targetFile: 'persona/SOUL.md',
      targetSection: 'Voice',
      editType: 'addition',
      confidence: low.length >= FIDELITY.highFrom ? 'high' : 'medium',
      pattern: `persona_fidelity was ${FIDELITY.scoreMax} or less in ${low.length} answers (${testsOf(low)}); the judge said "${phrase}" of ${count} of them.`,
      risk: 'A rule against one habit can make the voice stiff.',
      verification: `Run these cases again: ${testsOf(low)}.`,
      ...addedTo('Voice', `Not so: ${phrase}.`),
    },
  ];
}

const HARD_FAILS_MIN = 2;

function recurringHardFails({ lines, rubric }: Evidence): readonly Idea[] {
  const codes = [...new Set(lines.flatMap(({ hardFails }) => hardFails))].toSorted();
  return codes.flatMap((code): readonly Idea[] => {
    const failed = lines.filter(({ hardFails }) => hardFails.includes(code));
    const meaning = rubric?.hardFails.find((each) => each.code === code)?.text;
    if (failed.length < HARD_FAILS_MIN || meaning === undefined) return [];
    return [
      {
        key: `hard_fail_recurring_${code}`,
        title: `Check for ${code} before answering`,
        targetFile: 'tools.md',
        targetSection: `Hard NOs / ${code}`,
        editType: 'addition',
        confidence: 'high',
        pattern: `${code} (${meaning}) fired ${failed.length} times: ${testsOf(failed)}.`,
        risk: 'Answers may become slower or more guarded.',
        verification: `Run these cases again: ${testsOf(failed)}.`,
        ...addedTo('Hard NOs', `Before answering, check that the answer never ${meaning}.`),
      },
    ];
  });
}

const STALE = { days: 90, graceDays: 30 } as const;

function staleNotes({ notes, today }: Evidence): readonly Idea[] {
  const before = addDays(today, -STALE.days);
  const stale = notes.filter(
    ({ note }) =>
      note.lastSeen < before &&
      !note.pinned &&
      !note.archived &&
      note.supersededBy === undefined &&
      note.expiresAt === undefined,
  );
  return stale.map(({ file, note }) => {
    const expiresAt = addDays(today, STALE.graceDays);
    return {
      key: `stale_note_recurring_${file}`,
      title: `Let ${file} expire`,
      targetFile: `memory/${file}`,
      targetSection: 'front matter',
      editType: 'modification',
      confidence: 'medium',
      pattern: `"${note.name}" was last seen on ${note.lastSeen}, more than ${STALE.days} days ago.`,
      risk: 'It may still be true and just not have come up.',
      verification: 'Read the note; set last_seen instead if it still holds.',
      edit: (text) => printNote(changeNote(parseNote(text, file), { expiresAt })),
    };
  });
}

const PROMOTABLE = { resultsMin: 5, highFrom: 8 } as const;

function promotableNotes({ lines, notes }: Evidence): readonly Idea[] {
  return notes.flatMap(({ file, note }): readonly Idea[] => {
    const isUser = note.type === 'user';
    if (!isUser && note.type !== 'feedback') return [];
    if (note.archived || note.supersededBy !== undefined) return [];
    const named = lines.filter((line) => wordsOf(line).includes(file.replace(/\.md$/, '')));
    if (named.length < PROMOTABLE.resultsMin) return [];
    const targetFile = isUser ? 'persona/USER.md' : 'persona/SOUL.md';
    const section = isUser ? 'Communication preferences' : 'Things I have learned';
    return [
      {
        key: `promotable_memory_${file}`,
        title: `Take ${file} into the persona`,
        targetFile,
        targetSection: section,
        editType: 'addition',
        confidence: named.length >= PROMOTABLE.highFrom ? 'high' : 'medium',
        pattern: `The judge named it in ${named.length} results (${testsOf(named)}).`,
        risk: 'The persona is in every prompt; a rule that is not always right costs more there.',
        verification: `Then: datum memory promote <agent> ${file} ${targetFile}`,
        ...addedTo(section, `${note.description}.`.replace(/\.\.$/, '.')),
      },
    ];
  });
}

const wordsOf = ({ justifications, value }: EvalLine): string =>
  [...Object.values(justifications), String(value['overall_justification'] ?? '')].join('\n');
