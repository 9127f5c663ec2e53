import type { Micros } from '../base/index.ts';
import type { Principal } from './principal.ts';

export interface Turn {
  readonly role: 'user' | 'assistant';
  readonly text: string;
  readonly at: Micros;
  readonly run: string;
}

/** What one run adds to a conversation. */
export interface Exchange {
  readonly run: string;
  readonly user: string;
  readonly assistant: string;
}

/** Whose conversation, with which agent. */
export interface ConversationName {
  readonly agent: string;
  readonly principal: Principal;
  readonly id: string;
}

/**
 * Conversations of principals with agents (atomic-backends §25). A name is compared byte for byte:
 * no case folding, no Unicode normalisation and no file system stands between two principals.
 */
export interface Conversations {
  /** The newest turns that fit the budget, oldest first; none when the newest alone is too long. */
  load(name: ConversationName, budgetTokens?: number): Promise<readonly Turn[]>;
  /** Adds both turns of a run, once: false when they are there already. */
  append(name: ConversationName, exchange: Exchange): Promise<boolean>;
}

/** The budget where nothing is known of the model. */
export const budgetTokensDefault = 8000;

/** What is left of a model's input for earlier turns (atomic-backends §25). */
export const turnBudget = (of: {
  readonly maxInputTokens: number;
  readonly maxOutputTokens: number;
  readonly systemPrompt: string;
}): number => {
  const system = Math.floor(of.systemPrompt.length / 4);
  return Math.max(1000, of.maxInputTokens - system - of.maxOutputTokens - 2000);
};

/** A turn's length as the budget counts it. */
export const turnTokens = ({ role, text }: Pick<Turn, 'role' | 'text'>): number =>
  Math.floor((role.length + text.length) / 4) + 1;

/**
 * Turns as a provider takes them: no empty one, roles in alternation (the latest of a row stays), from
 * a user's turn to an assistant's, so that the new work item can follow (atomic-runtime §8.1, step 14).
 *
 * @example
 * const turn = (role, text) => ({ role, text, at: 0, run: 'r' });
 * const turns = [turn('assistant', 'a'), turn('user', 'b'), turn('user', 'c'), turn('assistant', 'd')];
 * normalizeTurns(turns).map(({ text }) => text); // => ['c', 'd']
 */
export function normalizeTurns(turns: readonly Turn[]): readonly Turn[] {
  const alternating: Turn[] = [];
  for (const turn of turns) {
    if (turn.text.trim() === '') continue;
    if (alternating.at(-1)?.role === turn.role) alternating.pop();
    alternating.push(turn);
  }
  const first = alternating[0]?.role === 'assistant' ? 1 : 0;
  const end = alternating.at(-1)?.role === 'user' ? -1 : undefined;
  return alternating.slice(first, end);
}
