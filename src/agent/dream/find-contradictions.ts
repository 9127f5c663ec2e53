import type { ModelWork } from '../judge/model-work.ts';
import type { FiledNote } from '../prompt/notes.ts';
import { type Asking, ask, LIMITS } from './ask.ts';
import type { Material } from './material.ts';
import { contradictionContract, contradictionPrompt } from './questions.ts';
import { correctionChange, type Findings, type StagedChange } from './staged.ts';

/** Notes that still count. */
const liveNotes = ({ notes }: Material): readonly FiledNote[] =>
  notes.filter(({ note }) => !note.archived && note.supersededBy === undefined);

/** The notes that still count, as many at a time as one question holds. */
export function noteBatches(material: Material): readonly (readonly FiledNote[])[] {
  const notes = liveNotes(material);
  const parts: (readonly FiledNote[])[] = [];
  for (let at = 0; at < notes.length; at += LIMITS.contradictionNotes) {
    parts.push(notes.slice(at, at + LIMITS.contradictionNotes));
  }
  return parts;
}

/** What the journal corrects; a note of high confidence is for a person to decide (§4.7). */
export async function findContradictions(
  work: ModelWork,
  material: Material,
  { model, instructions }: Asking,
): Promise<Findings> {
  const days = material.journal.slice(-LIMITS.contradictionDays);
  const changes: StagedChange[] = [];
  const remarks: string[] = [];
  if (days.length === 0) return { changes, remarks };
  for (const notes of noteBatches(material)) {
    const { contradictions } = await ask(work, {
      prompt: contradictionPrompt(notes, days, instructions),
      contract: contradictionContract,
      model,
      maxOutputTokens: LIMITS.mergeTokens,
    });
    for (const {
      note: file,
      journal_day: day,
      quote,
      confirmed,
      corrected_body,
    } of contradictions) {
      const found = notes.find((each) => each.file === file);
      const isKnown = found !== undefined && days.some((each) => each.day === day);
      if (!isKnown)
        remarks.push(`Not counted: a contradiction of ${file} with ${day}, which is not there`);
      if (!isKnown || !confirmed) continue;
      const body = corrected_body?.trim() ?? '';
      if (found.note.confidence === 'high' || body === '') {
        remarks.push(`Decide yourself: ${file} against the journal of ${day}: ${quote}`);
      } else changes.push(correctionChange(found, { body, day, quote }));
    }
  }
  return { changes, remarks };
}
