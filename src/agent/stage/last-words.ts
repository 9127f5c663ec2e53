import { DatumError } from '../../base/index.ts';
import { within } from '../../effect/index.ts';
import { type ModelMessage, roundUsd } from '../../model/index.ts';
import type { RunOptions } from '../run-options.ts';
import { budgetHandlers } from './budget.ts';
import type { LoadedRun } from './load.ts';
import { ask } from './loop.ts';

export const isOverBudget = (error: unknown): error is DatumError =>
  error instanceof DatumError && error.code === 'guard/over-budget';

const LAST_WORDS_TOKENS = 1024;

const FINISH =
  'The money for this run is used up. Answer now from what you have, without tools: ' +
  'what you found, and what is left to do.';

/**
 * Lets a run whose caps refused a further turn end well, from the share of the caps that is kept for
 * it. No step of the run: resumed with more money, it goes on at the turn that was refused.
 */
export async function sayLastWords(run: LoadedRun, options: RunOptions): Promise<void> {
  const { draft, meter, world } = run;
  const { request } = draft;
  if (request === undefined || meter.calls === 0) return;
  meter.finishing = true;
  const messages: ModelMessage[] = [...request.messages, { role: 'user', text: FINISH }];
  const maxOutputTokens = Math.min(request.maxOutputTokens, LAST_WORDS_TOKENS);
  const { guards = [], live } = world;
  const before = meter.costUsd;
  try {
    const { text } = await within([...guards, ...budgetHandlers(run), ...live], () =>
      ask(run, { ...request, messages, maxOutputTokens }, options),
    );
    if (text !== '') draft.text = text;
  } catch (error) {
    // What the run had said stands; why it ended is on its line.
    if (!(error instanceof DatumError)) throw error;
  } finally {
    meter.lastWordsUsd = roundUsd(meter.costUsd - before);
  }
}
