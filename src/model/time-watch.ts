import type { Timer } from '../effect/index.ts';

/** Ends a wait that lasts too long, or in which nothing happens for too long. */
export interface TimeWatch {
  /** Aborts when a time is over, or when the caller's signal does. */
  readonly signal: AbortSignal;
  /** Which time was over, in words; `undefined` while none is, or when the caller stopped first. */
  readonly over: string | undefined;
  /** Something happened: the time in which nothing may happen begins anew. */
  touch(): void;
  stop(): void;
}

/** Starts to watch; `stop` lets go of the timer. */
export function timeWatch(options: {
  readonly timer: Timer;
  readonly idleMillisMax: number;
  readonly totalMillisMax: number;
  readonly signal?: AbortSignal;
}): TimeWatch {
  const { timer, idleMillisMax, totalMillisMax, signal } = options;
  const end = new AbortController();
  const stopped = new AbortController();
  let pause = new AbortController();
  let over: string | undefined;
  const endAfter = (millis: number, how: string, until: AbortSignal): void => {
    timer.sleep(millis, until).then(
      () => {
        if (signal?.aborted !== true) over ??= how;
        end.abort(new DOMException(how, 'TimeoutError'));
      },
      () => undefined,
    );
  };
  const begin = (): void => {
    pause = new AbortController();
    endAfter(idleMillisMax, `nothing came for ${idleMillisMax} ms`, pause.signal);
  };
  begin();
  endAfter(totalMillisMax, `it was not done after ${totalMillisMax} ms`, stopped.signal);
  return {
    signal: signal === undefined ? end.signal : AbortSignal.any([signal, end.signal]),
    get over() {
      return over;
    },
    touch: () => {
      pause.abort();
      begin();
    },
    stop: () => {
      pause.abort();
      stopped.abort();
    },
  };
}
