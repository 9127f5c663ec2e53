import type { ModelWork } from '../judge/model-work.ts';
import { type Asking, ask, LIMITS } from './ask.ts';
import { similarNotes } from './clusters.ts';
import { findContradictions, noteBatches } from './find-contradictions.ts';
import { findMerges } from './find-merges.ts';
import { findPromotions } from './find-promotions.ts';
import type { Material } from './material.ts';
import {
  contradictionPrompt,
  duplicatePrompt,
  promotionPrompt,
  synthesisContract,
  synthesisPrompt,
} from './questions.ts';
import { apart, type Findings, type StagedChange, staleChanges } from './staged.ts';

/** What a dream found. */
export interface Found extends Findings {
  readonly summary: string;
}

/** The questions a dream will ask at the least, for an estimate of its cost before the first. */
export function plannedPrompts(
  material: Material,
  { instructions }: Asking,
): readonly { readonly prompt: string; readonly maxOutputTokens: number }[] {
  const { journal, log } = material;
  const merges = similarNotes(material.notes).map((notes) => ({
    prompt: duplicatePrompt(notes, instructions),
    maxOutputTokens: LIMITS.mergeTokens,
  }));
  if (journal.length === 0) return merges;
  const days = journal.slice(-LIMITS.contradictionDays);
  return [
    ...merges,
    ...noteBatches(material).map((notes) => ({
      prompt: contradictionPrompt(notes, days, instructions),
      maxOutputTokens: LIMITS.mergeTokens,
    })),
    {
      prompt: promotionPrompt(journal.slice(-LIMITS.journalDays), log, instructions),
      maxOutputTokens: LIMITS.outputTokens,
    },
  ];
}

/**
 * Looks through a memory: duplicates, contradictions, stale notes, themes of the journal, and at last
 * the changes together, of which the last look may drop some (atomic-runtime §17). Throws
 * `agent/dream-unreadable` when a question is not answered by its contract: a failed detection is no
 * finding of nothing.
 */
export async function findChanges(
  work: ModelWork,
  material: Material,
  { asking, taken }: { readonly asking: Asking; readonly taken: ReadonlySet<string> },
): Promise<Found> {
  const merges = await findMerges(work, material, { asking, taken });
  const corrected = await findContradictions(work, material, asking);
  const stale = staleChanges(material.notes, material.today);
  const promoted = await findPromotions(work, material, { asking, taken });
  const all = apart([...merges, ...corrected.changes, ...stale, ...promoted.changes]);
  const remarks = [...corrected.remarks, ...promoted.remarks];
  if (all.every(({ kind }) => kind === 'stale')) {
    return { changes: all, remarks, summary: '' };
  }
  const { summary, drop } = await ask(work, {
    prompt: synthesisPrompt(all.map(changeText), asking.instructions),
    contract: synthesisContract,
    model: asking.model,
    maxOutputTokens: LIMITS.outputTokens,
  });
  const dropped = new Map(drop.map(({ change, reason }) => [change - 1, reason]));
  return {
    changes: all.filter((_, index) => !dropped.has(index)),
    remarks: [
      ...remarks,
      ...all.flatMap(({ kind, files }, index) =>
        dropped.has(index)
          ? [`Dropped: ${kind} of ${files.join(', ')}: ${dropped.get(index)}`]
          : [],
      ),
    ],
    summary,
  };
}

const changeText = ({ kind, files, texts, reason }: StagedChange): string =>
  [
    `${kind}: ${reason}`,
    ...files.map((file, index) => `### ${file}\n\n${texts[index] ?? ''}`),
  ].join('\n\n');
