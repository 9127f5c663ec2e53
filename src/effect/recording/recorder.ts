import type { EffectError } from '../error.ts';
import type { Handler } from '../handler.ts';
import { intentHandler } from './intent.ts';
import { RecordHandler } from './record.ts';
import { type RecordOptions, RunRecord } from './run-record.ts';
import { attributes, runEntity } from './step-facts.ts';

/** The recording of one run. */
export interface Recorder {
  readonly run: string;
  /** True when an earlier process recorded a part of the run: its results are served first. */
  readonly resumed: boolean;
  /** `record` and `intent`, for the stack the program runs in. */
  readonly handlers: readonly Handler[];
  /** Set when the run cannot go on; a program that swallowed this error has not ended well. */
  readonly stopped: EffectError | undefined;
  /** Writes what is held, before something that may take long; otherwise it waits for an intent. */
  flush(): Promise<void>;
  /** Writes what is still held and makes all of it durable; call it however the program ended. */
  close(): Promise<void>;
}

/**
 * Makes a program of effects durable: each effect is a step `effect:<run>/<n>` of its run. Before a
 * step leaves, its intent is synced; its result is written with the next intent when that follows at
 * once, else by itself before anything else happens, and synced with the next intent or `close`.
 * Opening the same run again serves the recorded steps in order, one indexed read each, and goes on
 * live at the first missing one.
 *
 * A resumed program fails with `effect/diverged` at a step that is not the one recorded, and with
 * `effect/unknown-outcome` at a step that was begun, has no result, and may not be repeated.
 */
export async function openRecorder(options: RecordOptions): Promise<Recorder> {
  const { log, run, branch } = options;
  const db = await log.at(branch === undefined ? {} : { branch });
  const begun = (await db.get(runEntity(run), attributes.begun)) !== undefined;
  const record = new RunRecord(options, begun ? db : undefined);
  const handler = new RecordHandler(record);
  return {
    run,
    resumed: record.resumed,
    handlers: [handler, intentHandler],
    get stopped() {
      return handler.stopped;
    },
    flush: () => record.flush(),
    close: () => record.settle(),
  };
}
