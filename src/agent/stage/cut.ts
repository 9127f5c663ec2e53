import { DatumError } from '../../base/index.ts';
import { AgentError } from '../error.ts';

const CUT_SHORT = 'agent/cut-short';

/** What stops a run whose answer was cut off: by a guard, which says why, or by its caller. */
export const cutShort = (reason?: string): AgentError =>
  new AgentError({
    code: CUT_SHORT,
    message: reason ?? 'stopped by its caller',
    hint: 'go on with: datum run <agent> --resume <run>',
    kind: reason === undefined ? 'failed' : 'refused',
  });

/** How and why a run was cut short. */
export interface Cut {
  readonly status: 'skipped' | 'interrupted';
  readonly reason: string;
  /** In the middle of an answer, a part of which is recorded. */
  readonly inAnswer: boolean;
}

/** How a run was cut short by an error or its caller; `undefined` when it failed. */
export function cutOf(error: unknown, signal: AbortSignal | undefined): Cut | undefined {
  const isRefused = error instanceof DatumError && error.kind === 'refused';
  const inAnswer = error instanceof AgentError && error.code === CUT_SHORT;
  if (isRefused) {
    return { status: 'skipped', reason: inAnswer ? error.message : wordsOf(error), inAnswer };
  }
  if (!inAnswer && signal?.aborted !== true) return undefined;
  return { status: 'interrupted', reason: 'stopped by its caller', inAnswer };
}

export const wordsOf = (error: unknown): string =>
  error instanceof DatumError ? `${error.code}: ${error.message}` : String(error);
