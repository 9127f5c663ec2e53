import type { Micros } from './instant.ts';

/** Time as a parameter: nothing but the system clock below reads the machine's own. */
export interface Clock {
  now(): Micros;
  /** Resolves after `millis`; rejects with the signal's reason when aborted. */
  sleep(millis: number, signal?: AbortSignal): Promise<void>;
}

/** The machine's clock, to the millisecond. */
export const systemClock: Clock = Object.freeze({
  now: () => Date.now() * 1000,
  sleep: (millis: number, signal?: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      signal?.throwIfAborted();
      const stop = (): void => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', stop);
        resolve();
      }, millis);
      signal?.addEventListener('abort', stop, { once: true });
    }),
});

/** A clock that moves only when told to, or by what is slept. */
export interface ManualClock extends Clock {
  set(micros: Micros): void;
  advance(micros: Micros): void;
}

/**
 * A clock for tests and replays.
 *
 * @example
 * const clock = manualClock(1_000);
 * clock.advance(5);
 * clock.now(); // => 1005
 */
export function manualClock(start: Micros): ManualClock {
  let now = start;
  return {
    now: () => now,
    set: (micros) => {
      now = micros;
    },
    advance: (micros) => {
      now += micros;
    },
    sleep: async (millis, signal) => {
      signal?.throwIfAborted();
      now += millis * 1000;
    },
  };
}
