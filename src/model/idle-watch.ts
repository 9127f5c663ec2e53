import type { Timer } from '../effect/index.ts';

/** Ends a wait in which nothing happens for too long. */
export interface IdleWatch {
  /** Aborts when the time is over, or when the caller's signal does. */
  readonly signal: AbortSignal;
  /** True when it was the time that was over. */
  readonly over: boolean;
  /** Something happened: the time begins anew. */
  touch(): void;
  stop(): void;
}

/** Starts to watch; `stop` lets go of the timer. */
export function idleWatch(options: {
  readonly timer: Timer;
  readonly millis: number;
  readonly signal?: AbortSignal;
}): IdleWatch {
  const { timer, millis, signal } = options;
  const over = new AbortController();
  let pause = new AbortController();
  const begin = (): void => {
    pause = new AbortController();
    timer.sleep(millis, pause.signal).then(
      () => over.abort(new DOMException('nothing came in time', 'TimeoutError')),
      () => undefined,
    );
  };
  begin();
  return {
    signal: signal === undefined ? over.signal : AbortSignal.any([signal, over.signal]),
    get over() {
      return over.signal.aborted && signal?.aborted !== true;
    },
    touch: () => {
      pause.abort();
      begin();
    },
    stop: () => pause.abort(),
  };
}
