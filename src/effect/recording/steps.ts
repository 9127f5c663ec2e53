import type { Json, JsonObject } from '../../base/index.ts';
import type { Database, Log } from '../../fact/index.ts';
import { EffectError } from '../error.ts';
import { recordedError } from './failure-record.ts';
import { shelve, unshelve } from './shelf.ts';
import {
  attributes,
  encodeOutcome,
  type RecordedStep,
  readStep,
  stepEntity,
} from './step-facts.ts';

/** Steps that were numbered side by side and never tried leave gaps, at most this long. */
const gapMax = 16;

/** Every recorded step of a run in program order; the steps inside a step follow it. */
export async function* stepsOf(db: Database, run: string): AsyncIterable<RecordedStep> {
  yield* lane(db, run, '');
}

async function* lane(db: Database, run: string, prefix: string): AsyncIterable<RecordedStep> {
  let missing = 0;
  for (let number = 1; missing < gapMax; number += 1) {
    const address = `${prefix}${number}`;
    const step = await readStep(db, run, address);
    if (step === undefined) {
      missing += 1;
      continue;
    }
    missing = 0;
    yield step;
    for (const inner of lanesInside(step)) yield* lane(db, run, inner);
  }
}

function lanesInside({ address, lanes, outcome }: RecordedStep): readonly string[] {
  if (lanes !== undefined) {
    return Array.from({ length: lanes }, (_, index) => `${address}.${index + 1}.`);
  }
  return outcome === undefined || outcome.inside > 0 ? [`${address}.`] : [];
}

/** The steps that were begun and whose end is not known. */
export async function unsettledSteps(db: Database, run: string): Promise<readonly RecordedStep[]> {
  const found: RecordedStep[] = [];
  for await (const step of stepsOf(db, run)) {
    if (step.attempts > 0 && step.outcome === undefined) found.push(step);
  }
  return found;
}

/** The arguments of a recorded step as they were redacted. */
export const argsOf = async (step: RecordedStep, log: Log): Promise<Json | undefined> =>
  step.call === undefined ? undefined : unshelve(step.call.args, log.blobs);

/** The result of a recorded step; throws its error, `undefined` without an outcome. */
export async function resultOf(step: RecordedStep, log: Log): Promise<Json | undefined> {
  if (step.outcome === undefined) return undefined;
  const value = await unshelve(step.outcome.value, log.blobs);
  if (step.outcome.ok) return value;
  throw recordedError(value);
}

export interface Settlement {
  readonly run: string;
  readonly address: string;
  /** What was found out: it happened and gave this, it did not happen, or it may be repeated. */
  readonly as: { readonly result: Json } | { readonly failed: string } | 'repeat';
  readonly by?: string;
}

/**
 * Settles a step whose outcome was not known, so that its run can be resumed. Throws
 * `effect/settled` when its outcome has become known meanwhile.
 */
export async function settleStep(log: Log, { run, address, as, by }: Settlement): Promise<void> {
  const e = stepEntity(run, address);
  const author = by === undefined ? {} : { by };
  const options = {
    ...author,
    why: { run, step: address, settled: true },
    if: [{ e, a: attributes.outcome, absent: true as const }],
  };
  if (as === 'repeat') {
    check(await log.transact([{ e, a: attributes.intent, op: 'retract' }], options), run, address);
    return;
  }
  const ok = 'result' in as;
  const value = ok ? as.result : failed(run, address, as.failed);
  const { stored, blobs } = await shelve(value, { blobs: log.blobs, keep: 'git' });
  const v: JsonObject = encodeOutcome({ ok, value: stored, inside: 0 });
  check(await log.transact([{ e, a: attributes.outcome, v }], { ...options, blobs }), run, address);
}

const failed = (run: string, address: string, message: string): Json => ({
  code: 'effect/did-not-happen',
  message,
  hint: 'it was settled by hand as not having happened',
  kind: 'failed',
  data: { run, step: address },
});

function check(result: { readonly ok: boolean }, run: string, address: string): void {
  if (result.ok) return;
  throw new EffectError({
    code: 'effect/settled',
    message: `step ${address} of run ${run} has its outcome already`,
    hint: 'resume the run',
    kind: 'usage',
    data: { run, step: address },
  });
}
