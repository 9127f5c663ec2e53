import type { Json } from '../base/index.ts';
import type { RunOptions, RunResult, RunSpend } from './run-options.ts';

/** Something that happens in a run, as it happens. */
export type RunEvent =
  | { readonly type: 'step'; readonly step: string }
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'tool'; readonly name: string; readonly input: Json }
  | ({ readonly type: 'spend' } & RunSpend)
  | { readonly type: 'result'; readonly result: RunResult };

/**
 * A run as a stream of events, the last of which is its result; what the run throws, the stream
 * throws. Leaving the loop early stops the run, which keeps what it had done.
 *
 * @example
 * const run = async ({ onText }) => {
 *   onText('It ');
 *   onText('is.');
 *   return { status: 'ok', text: 'It is.' };
 * };
 * const types = [];
 * for await (const event of streamRun(run)) types.push(event.type);
 * types; // => ['text', 'text', 'result']
 */
export async function* streamRun(
  run: (options: RunOptions) => Promise<RunResult>,
  options: RunOptions = {},
): AsyncGenerator<RunEvent, void> {
  const stop = new AbortController();
  const { signal } = options;
  const events: RunEvent[] = [];
  let news = Promise.withResolvers<void>();
  const tell = (event: RunEvent): void => {
    events.push(event);
    news.resolve();
  };
  const ended = run({
    ...options,
    signal: signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]),
    onStep: (step) => tell({ type: 'step', step }),
    onText: (text) => tell({ type: 'text', text }),
    onTool: ({ name, input }) => tell({ type: 'tool', name, input }),
    onSpend: (spend) => tell({ type: 'spend', ...spend }),
  });
  let isDone = false;
  const settled = (): void => {
    isDone = true;
    news.resolve();
  };
  ended.then((result) => tell({ type: 'result', result })).then(settled, settled);
  try {
    while (!isDone || events.length > 0) {
      await news.promise;
      news = Promise.withResolvers<void>();
      if (isDone) news.resolve();
      yield* events.splice(0);
    }
    await ended;
  } finally {
    stop.abort();
    await ended.catch(() => undefined);
  }
}
