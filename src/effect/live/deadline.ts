import type { Clock } from '../../base/index.ts';

/**
 * What counts real time while the world outside is waited for. Apart from the clock that gives the
 * time of day, for a manual clock would let every timeout pass at once.
 */
export type Timer = Pick<Clock, 'sleep'>;

export interface Deadline {
  readonly timer: Timer;
  readonly millis: number;
  /** Of the caller; when it aborts, so does the work. */
  readonly signal?: AbortSignal | undefined;
  readonly error: () => Error;
}

/**
 * Runs work with a signal that aborts when the time is over or the caller gives up; the result is
 * the work's own, so it ends when the work has heeded its signal.
 */
export async function withDeadline<T>(
  { timer, millis, signal, error }: Deadline,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const over = new AbortController();
  const done = new AbortController();
  timer.sleep(millis, done.signal).then(
    () => over.abort(error()),
    () => undefined,
  );
  try {
    return await work(signal === undefined ? over.signal : AbortSignal.any([signal, over.signal]));
  } catch (cause) {
    // Libraries wrap an abort in errors of their own; the reason is what the caller should see.
    if (over.signal.aborted) throw over.signal.reason;
    signal?.throwIfAborted();
    throw cause;
  } finally {
    done.abort();
  }
}
