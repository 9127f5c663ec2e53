import type { Spec } from '../../spec/index.ts';
import { AgentError } from '../error.ts';
import { askJudge } from '../judge/ask-judge.ts';
import type { ModelWork } from '../judge/model-work.ts';

/** How a dream asks. */
export interface Asking {
  readonly model: string;
  readonly instructions: string;
}

/** How much of a memory one question may hold, and of a day, and of an answer. */
export const LIMITS = {
  parallel: 5,
  journalDays: 10,
  contradictionDays: 5,
  contradictionNotes: 20,
  promotionDays: 3,
  outputTokens: 1024,
  mergeTokens: 4096,
} as const;

export interface Question<T> {
  readonly prompt: string;
  readonly contract: Spec<unknown, T>;
  readonly model: string;
  readonly maxOutputTokens: number;
}

/** Asks, and takes no answer that breaks its contract. Throws `agent/dream-unreadable`. */
export async function ask<T>(work: ModelWork, question: Question<T>): Promise<T> {
  const answer = await askJudge(work, question);
  if (answer.ok) return answer.verdict;
  throw new AgentError({
    code: 'agent/dream-unreadable',
    message: `${question.model} did not answer ${question.contract.name} as asked: ${answer.problem.split('\n')[0]}`,
    hint: 'dream again, perhaps with another model: --model',
    data: { contract: question.contract.name },
  });
}
