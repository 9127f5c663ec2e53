import { inParallel } from '../../effect/index.ts';
import type { Spec } from '../../spec/index.ts';
import { AgentError } from '../error.ts';
import { askJudge } from '../judge/ask-judge.ts';
import type { ModelWork } from '../judge/model-work.ts';
import type { FiledNote } from '../prompt/notes.ts';
import { similarNotes } from './clusters.ts';
import type { Material, PastDay } from './material.ts';
import {
  contradictionContract,
  contradictionPrompt,
  duplicateContract,
  duplicatePrompt,
  promotionContract,
  promotionPrompt,
  synthesisContract,
  synthesisPrompt,
} from './questions.ts';
import {
  apart,
  correctionChange,
  mergeChange,
  promotionChange,
  type StagedChange,
  staleChanges,
} from './staged.ts';

/** How a dream asks. */
export interface Asking {
  readonly model: string;
  readonly instructions: string;
}

/** What a dream found. */
export interface Found {
  readonly changes: readonly StagedChange[];
  /** What a person should look at; nothing is changed for it. */
  readonly remarks: readonly string[];
  readonly summary: string;
}

const LIMITS = {
  parallel: 5,
  journalDays: 10,
  contradictionDays: 5,
  contradictionNotes: 20,
  promotionDays: 3,
  outputTokens: 1024,
  mergeTokens: 4096,
} as const;

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
    ...batches(liveNotes(material)).map((notes) => ({
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

interface Question<T> {
  readonly prompt: string;
  readonly contract: Spec<unknown, T>;
  readonly model: string;
  readonly maxOutputTokens: number;
}

async function ask<T>(work: ModelWork, question: Question<T>): Promise<T> {
  const answer = await askJudge(work, question);
  if (answer.ok) return answer.verdict;
  throw new AgentError({
    code: 'agent/dream-unreadable',
    message: `${question.model} did not answer ${question.contract.name} as asked: ${answer.problem.split('\n')[0]}`,
    hint: 'dream again, perhaps with another model: --model',
    data: { contract: question.contract.name },
  });
}

async function findMerges(
  work: ModelWork,
  { notes }: Material,
  { asking, taken }: { readonly asking: Asking; readonly taken: ReadonlySet<string> },
): Promise<readonly StagedChange[]> {
  const clusters = similarNotes(notes);
  const changes: StagedChange[] = [];
  for (let at = 0; at < clusters.length; at += LIMITS.parallel) {
    const part = clusters.slice(at, at + LIMITS.parallel);
    const answers = await inParallel(
      part.map(
        (cluster) => () =>
          ask(work, {
            prompt: duplicatePrompt(cluster, asking.instructions),
            contract: duplicateContract,
            model: asking.model,
            maxOutputTokens: LIMITS.mergeTokens,
          }),
      ),
    );
    for (const [index, answer] of answers.entries()) {
      const cluster = part[index] as readonly FiledNote[];
      const { merged_name: name, merged_description, merged_body: body } = answer;
      if (!answer.is_duplicate || !name || !body) continue;
      const description = merged_description || (cluster[0]?.note.description ?? name);
      changes.push(mergeChange({ notes: cluster, name, description, body: body.trim() }, taken));
    }
  }
  return changes;
}

const liveNotes = ({ notes }: Material): readonly FiledNote[] =>
  notes.filter(({ note }) => !note.archived && note.supersededBy === undefined);

function batches(notes: readonly FiledNote[]): readonly (readonly FiledNote[])[] {
  const parts: (readonly FiledNote[])[] = [];
  for (let at = 0; at < notes.length; at += LIMITS.contradictionNotes) {
    parts.push(notes.slice(at, at + LIMITS.contradictionNotes));
  }
  return parts;
}

/** What the journal corrects; a note of high confidence is for a person to decide (§4.7). */
async function findContradictions(
  work: ModelWork,
  material: Material,
  { model, instructions }: Asking,
): Promise<Pick<Found, 'changes' | 'remarks'>> {
  const days = material.journal.slice(-LIMITS.contradictionDays);
  const changes: StagedChange[] = [];
  const remarks: string[] = [];
  if (days.length === 0) return { changes, remarks };
  for (const notes of batches(liveNotes(material))) {
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

/** Themes that stand on three days of the journal that are there. */
async function findPromotions(
  work: ModelWork,
  { journal, log, today }: Material,
  { asking, taken }: { readonly asking: Asking; readonly taken: ReadonlySet<string> },
): Promise<Pick<Found, 'changes' | 'remarks'>> {
  const days = journal.slice(-LIMITS.journalDays);
  if (days.length < LIMITS.promotionDays) return { changes: [], remarks: [] };
  const { promotions } = await ask(work, {
    prompt: promotionPrompt(days, log, asking.instructions),
    contract: promotionContract,
    model: asking.model,
    maxOutputTokens: LIMITS.outputTokens,
  });
  const changes: StagedChange[] = [];
  const remarks: string[] = [];
  for (const { journal_days, ...promotion } of promotions) {
    const real = realDays(journal_days, days);
    const change = promotionChange({ ...promotion, days: real.length > 0 ? real : [today] }, today);
    const [file = ''] = change.files;
    if (real.length < LIMITS.promotionDays) {
      remarks.push(
        `Not promoted: "${promotion.name}" stands on ${real.length} days of the journal`,
      );
    } else if (taken.has(file)) remarks.push(`Not promoted: ${file} is there already`);
    else changes.push(change);
  }
  return { changes, remarks };
}

const realDays = (named: readonly string[], days: readonly PastDay[]): readonly string[] =>
  [...new Set(named)].filter((day) => days.some((each) => each.day === day));
