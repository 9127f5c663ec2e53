import {
  type Clock,
  escapeTags,
  hashOf,
  isJsonObject,
  type Json,
  type JsonObject,
  type Sha256,
  sha256,
} from '../../base/index.ts';
import type { Log } from '../../fact/index.ts';
import { EffectError, failureData, failureOf } from '../error.ts';
import type { Call, Handler, Next, Step } from '../handler.ts';
import { type RecordedStep, readStep } from '../recording/step-facts.ts';
import { resultOf } from '../recording/steps.ts';

export interface IdempotencyOptions {
  readonly log: Log;
  readonly clock: Clock;
  /** How long a call under way holds its key before another may look behind it; 10 minutes when absent. */
  readonly holdMillis?: number;
}

/** Which step holds a key, for which call, and until when it is left alone. */
interface Claim {
  readonly run: string;
  readonly step: string;
  readonly operation: string;
  readonly args: Sha256;
  readonly until: number;
}

interface Perform {
  readonly call: Call;
  readonly next: Next;
}

const attribute = 'effect/claim';

/**
 * Makes calls with one key happen once, across runs and processes of a store: the first takes the
 * key, later ones get its result or its error. A call that was refused before its intent, or whose
 * failure says that nothing happened, gives the key back. Calls without a key pass.
 *
 * `effect/key-busy`: the first is under way. `effect/key-reused`: the key was used for another call.
 * `effect/key-unknown`: the first died after its intent and may not be repeated.
 */
export function idempotency({ log, clock, holdMillis = 600_000 }: IdempotencyOptions): Handler {
  const claimFor = (call: Call, step: Step): Claim => ({
    run: step.run,
    step: step.address,
    operation: call.operation.name,
    args: hashOf(escapeTags(call.args)),
    until: clock.now() + holdMillis * 1000,
  });

  /** Takes the key from nobody, or from the holder seen before; else answers who holds it now. */
  const take = async (
    key: string,
    claim: Claim,
    seen?: Claim,
  ): Promise<'mine' | Claim | undefined> => {
    const e = entityOf(key);
    const a = attribute;
    const condition =
      seen === undefined ? { e, a, absent: true as const } : { e, a, is: { ...seen } };
    const result = await log.transact([{ e, a, v: { ...claim } }], {
      if: [condition],
      durability: 'later',
      why: { run: claim.run, step: claim.step },
    });
    return result.ok ? 'mine' : readClaim(result.found);
  };

  const giveBack = async (key: string, claim: Claim): Promise<void> => {
    const e = entityOf(key);
    await log.transact([{ e, a: attribute, op: 'retract' }], {
      if: [{ e, a: attribute, is: { ...claim } }],
      durability: 'later',
      why: { run: claim.run, step: claim.step },
    });
  };

  /** The claim that is now ours, or the finished step whose outcome answers the call. */
  const acquire = async (key: string, step: Step, call: Call): Promise<Claim | RecordedStep> => {
    const claim = claimFor(call, step);
    let seen: Claim | undefined;
    for (;;) {
      const holder = await take(key, claim, seen);
      if (holder === 'mine') return claim;
      seen = holder;
      if (holder === undefined) continue;
      if (holder.operation !== claim.operation || holder.args !== claim.args) throw reused(key);
      if (isSame(holder, claim)) return holder;
      const held = await readStep(await log.at(), holder.run, holder.step);
      if (held?.outcome !== undefined) return held;
      if (clock.now() < holder.until) throw busy(key, holder.until - clock.now());
      const mayHaveHappened = held !== undefined && held.attempts > 0;
      if (mayHaveHappened && !call.operation.idempotent(call.args)) throw unknown(key, holder);
    }
  };

  const once = async (key: string, step: Step, perform: Perform): Promise<Json> => {
    const acquired = await acquire(key, step, perform.call);
    if ('entity' in acquired) {
      step.note('effect/same-as', { $ref: acquired.entity });
      return (await resultOf(acquired, log)) as Json;
    }
    try {
      return await perform.next(perform.call);
    } catch (error) {
      const nothingHappened = step.attempts === 0 || failureOf(error).mayHaveHappened === false;
      if (nothingHappened) await giveBack(key, acquired);
      throw error;
    }
  };

  return {
    name: 'idempotency',
    place: 'idempotency',
    handle: (call, next) => {
      if (call.key === undefined) return next(call);
      return call.step === undefined
        ? Promise.reject(unrecorded())
        : once(call.key, call.step, { call, next });
    },
  };
}

const entityOf = (key: string): string => `once:${sha256(key)}`;

/** A resumed step meets its own claim. */
const isSame = (a: Claim, b: Claim): boolean => a.run === b.run && a.step === b.step;

function readClaim(value: Json | undefined): Claim | undefined {
  if (!isJsonObject(value)) return undefined;
  const { run, step, operation, args, until } = value as JsonObject & Claim;
  return { run, step, operation, args, until };
}

const reused = (key: string): EffectError =>
  new EffectError({
    code: 'effect/key-reused',
    message: 'this idempotency key was used for a call with other arguments',
    hint: 'give each thing that must happen once a key of its own',
    kind: 'usage',
    data: { key },
  });

const busy = (key: string, micros: number): EffectError =>
  new EffectError({
    code: 'effect/key-busy',
    message: 'the first call with this idempotency key is still under way',
    hint: 'wait for it, then ask again',
    kind: 'busy',
    data: {
      key,
      ...failureData({
        transient: true,
        mayHaveHappened: false,
        retryAfterMillis: Math.ceil(micros / 1000),
      }),
    },
  });

const unknown = (key: string, { run, step }: Claim): EffectError =>
  new EffectError({
    code: 'effect/key-unknown',
    message: `the first call with this idempotency key may have happened: step ${step} of run ${run} has no result`,
    hint: 'settle that step, then ask again',
    data: { key, holderRun: run, holderStep: step },
  });

const unrecorded = (): EffectError =>
  new EffectError({
    code: 'effect/key-unrecorded',
    message: 'an idempotency key needs a recorded run',
    hint: 'perform the effect within the handlers of openRecorder',
    kind: 'usage',
  });
