import type { Clock, Micros } from '../../base/index.ts';
import { EffectError, failureData } from '../error.ts';
import type { Call, Handler } from '../handler.ts';

export interface LimitOptions {
  readonly clock: Clock;
  /** Calls that may leave at once after a rest. */
  readonly capacity: number;
  readonly perSecond: number;
  /** Longer waits are refused with `effect/rate-limited`; no bound when absent. */
  readonly waitMillisMax?: number;
  /** Calls of one bucket share its tokens; one bucket for all when absent. */
  readonly bucketOf?: (call: Call) => string;
  readonly operations?: readonly string[];
  /** `limit` when absent; several limits in one stack need names of their own. */
  readonly name?: string;
}

/** Buckets that are full hold no information; they are dropped when there are more than this many. */
const bucketsMax = 1000;

/**
 * Spaces calls out with a token bucket: at most `capacity + perSecond × t` of them leave within any
 * t seconds, in the order they came. A call takes its token when it arrives and waits until that
 * token exists, so time is never credited twice.
 */
export function limit(options: LimitOptions): Handler {
  const { clock, capacity, perSecond, waitMillisMax = Number.POSITIVE_INFINITY } = options;
  if (!(capacity >= 1) || !(perSecond > 0)) throw badLimit();
  const { bucketOf = () => '', operations, name = 'limit' } = options;
  const tokenMicros = 1_000_000 / perSecond;
  /** A bucket is one number: when it is full again. */
  const fullAt = new Map<string, Micros>();

  const take = (bucket: string): Micros => {
    const now = clock.now();
    const full = Math.max(now, fullAt.get(bucket) ?? now) + tokenMicros;
    const leaves = Math.max(now, full - capacity * tokenMicros);
    const waitMillis = (leaves - now) / 1000;
    if (waitMillis > waitMillisMax) throw rateLimited(name, waitMillis);
    if (fullAt.size >= bucketsMax) dropFull(fullAt, now);
    fullAt.set(bucket, full);
    return leaves;
  };

  return {
    name,
    place: 'limit',
    ...(operations === undefined ? {} : { operations }),
    handle: async (call, next) => {
      const bucket = bucketOf(call);
      const leaves = take(bucket);
      try {
        // A timer may fire a little early, so the clock has the last word.
        for (let now = clock.now(); now < leaves; now = clock.now()) {
          await clock.sleep(Math.ceil((leaves - now) / 1000), call.signal);
        }
      } catch (error) {
        fullAt.set(bucket, (fullAt.get(bucket) ?? leaves) - tokenMicros);
        throw error;
      }
      return next(call);
    },
  };
}

function dropFull(fullAt: Map<string, Micros>, now: Micros): void {
  for (const [bucket, at] of fullAt) if (at <= now) fullAt.delete(bucket);
}

const rateLimited = (name: string, waitMillis: number): EffectError =>
  new EffectError({
    code: 'effect/rate-limited',
    message: `${name} would hold this call back for ${Math.ceil(waitMillis)} ms`,
    hint: 'try again later, or allow a higher rate',
    kind: 'busy',
    data: failureData({
      transient: true,
      mayHaveHappened: false,
      retryAfterMillis: Math.ceil(waitMillis),
    }),
  });

const badLimit = (): EffectError =>
  new EffectError({
    code: 'effect/bad-limit',
    message: 'a limit needs a capacity of at least 1 and a rate above 0',
    hint: 'to refuse every call, use a policy',
    kind: 'usage',
  });
