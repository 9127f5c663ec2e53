import { DatumError, type JsonObject } from '../base/index.ts';

/**
 * Thrown when an effect cannot be performed, served or recorded; also what a program gets for any
 * failure inside a recorded effect, so that a resumed program sees what the first one saw. Compare
 * `code`, not the class.
 */
export class EffectError extends DatumError {}

/** What an error tells the retry handler; kept in the error's `data`, so a recorded error tells it too. */
export interface Failure {
  /** The same call may succeed later. */
  readonly transient?: boolean;
  /** False only when it is certain that nothing happened, so that even a write may be tried again. */
  readonly mayHaveHappened?: boolean;
  /** How long the other side asked to wait. */
  readonly retryAfterMillis?: number;
}

/** The failure data of any error; nothing is transient that does not say so. */
export function failureOf(error: unknown): Failure {
  if (!(error instanceof DatumError)) return {};
  const { transient, mayHaveHappened, retryAfterMillis } = error.data;
  return {
    ...(typeof transient === 'boolean' ? { transient } : {}),
    ...(typeof mayHaveHappened === 'boolean' ? { mayHaveHappened } : {}),
    ...(typeof retryAfterMillis === 'number' ? { retryAfterMillis } : {}),
  };
}

/** Failure data in the form an error carries. */
export const failureData = (failure: Failure): JsonObject => ({ ...failure });
