import { type Clock, type Json, type Random, uniform } from '../../base/index.ts';
import { EffectError, type Failure, failureOf } from '../error.ts';
import type { Call, Handler, Next } from '../handler.ts';

export interface RetryOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** Attempts in all, the first included; 4 when absent. */
  readonly attemptsMax?: number;
  /** Bound of the first pause, doubled for each further one; 250 when absent. */
  readonly firstPauseMillis?: number;
  /** No pause is longer; a longer `Retry-After` ends the attempts. 20,000 when absent. */
  readonly pauseMillisMax?: number;
  /** Says what a failure means; what the error says of itself when absent. */
  readonly classify?: (error: unknown, call: Call) => Failure;
  readonly operations?: readonly string[];
}

/**
 * Tries again what failed in passing: at most `attemptsMax` times, after pauses drawn evenly from
 * zero to a doubling bound (full jitter), or as long as the other side asked. An effect that is not
 * idempotent is tried again only when its failure says that nothing happened.
 */
export function retry(options: RetryOptions): Handler {
  const { attemptsMax = 4, firstPauseMillis = 250, pauseMillisMax = 20_000 } = options;
  if (!Number.isInteger(attemptsMax) || attemptsMax < 1 || firstPauseMillis < 0) {
    throw new EffectError({
      code: 'effect/bad-retry',
      message: 'retry needs at least one attempt and pauses that are not negative',
      hint: 'set attemptsMax to 1 to try once',
      kind: 'usage',
    });
  }
  const { clock, random, classify = failureOf, operations } = options;

  const pauseAfter = (attempt: number, failure: Failure): number => {
    const bound = Math.min(pauseMillisMax, firstPauseMillis * 2 ** (attempt - 1));
    return Math.max(failure.retryAfterMillis ?? 0, Math.round(uniform(random) * bound));
  };

  const attempts = async (call: Call, next: Next): Promise<Json> => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await next(call);
      } catch (error) {
        const failure = classify(error, call);
        if (attempt >= attemptsMax || !mayRepeat(failure, call)) throw error;
        const pause = pauseAfter(attempt, failure);
        if (pause > pauseMillisMax) throw error;
        await clock.sleep(pause, call.signal);
      }
    }
  };
  return {
    name: 'retry',
    place: 'retry',
    ...(operations === undefined ? {} : { operations }),
    handle: attempts,
  };
}

const mayRepeat = (failure: Failure, { operation, args, signal }: Call): boolean =>
  failure.transient === true &&
  signal?.aborted !== true &&
  (failure.mayHaveHappened === false || operation.idempotent(args));
