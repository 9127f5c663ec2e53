import type { Json, JsonObject, Micros } from '../base/index.ts';

/** What is known of a key. */
export type KeyState =
  | { readonly state: 'fresh' }
  | { readonly state: 'in-flight'; readonly run: string; readonly until: Micros }
  | { readonly state: 'completed'; readonly run: string; readonly result: Json };

/**
 * Makes work with one key happen once for an agent (atomic-backends §23). The caller looks up before
 * it takes its lock, begins after it, commits once the run is on record, and releases when it failed.
 */
export interface Idempotency {
  /** Reads only; a lease that expired is `fresh`. */
  lookup(agent: string, key: string): Promise<KeyState>;
  /**
   * Claims the key for a run: `fresh` means it is now this run's. A duplicate is an answer, never an
   * error; a run that begins again, because it is resumed, gets its own key back.
   */
  begin(agent: string, key: string, run: string): Promise<KeyState>;
  /** Extends the lease; false when the key is no longer this run's. */
  renew(agent: string, key: string, run: string): Promise<boolean>;
  /** Ends it for good: the first commit of a key wins, and its state is answered. */
  commit(agent: string, key: string, of: Committed): Promise<KeyState>;
  /** Gives the key back, if it is this run's and not committed. */
  release(agent: string, key: string, run: string): Promise<void>;
}

export interface Committed {
  readonly run: string;
  /** What a repetition is answered with; the run's id when absent. */
  readonly result?: Json;
}

const BUCKETS = { minute: 60, hour: 3600, day: 86_400, week: 604_800 } as const;

/**
 * The key of one tick of a schedule, so that two clocks do not run it twice.
 *
 * @example
 * tickKey({ agent: 'a', schedule: 's', every: 'hour', at: 1_780_309_053_000_000 });
 * // => 'a:s:1780308000'
 */
export function tickKey(tick: {
  readonly agent: string;
  readonly schedule: string;
  readonly every: keyof typeof BUCKETS;
  readonly at: Micros;
}): string {
  const length = BUCKETS[tick.every];
  const bucket = Math.floor(tick.at / 1_000_000 / length) * length;
  return `${tick.agent}:${tick.schedule}:${bucket}`;
}

/** What makes two requests the same work, for agents whose model.md asks for that. */
export const bodyOf = (request: {
  readonly workItem: string;
  readonly model: string;
  readonly maxTokens: number;
  readonly temperature: number;
}): JsonObject => ({
  work_item: request.workItem,
  model: request.model,
  max_tokens: request.maxTokens,
  temperature: request.temperature,
});
