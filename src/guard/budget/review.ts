import { DatumError } from '../../base/index.ts';
import { argsOf, type RecordedStep, readStep, resultOf } from '../../effect/index.ts';
import type { Log } from '../../fact/index.ts';
import type { SettledAs } from './ledger.ts';
import { isUnpaid, type PricedOperation } from './priced-operation.ts';
import type { OpenCharge } from './standing.ts';

/** What was found out about a reservation that was left behind. */
export interface Found {
  readonly id: string;
  readonly run: string;
  /** Micro-dollars. */
  readonly usd: number;
  readonly as: SettledAs;
}

export interface ReviewWorld {
  readonly log: Log;
  readonly priced: readonly PricedOperation[];
}

/**
 * What became of a reserved call, from the record of its step. An intent without a result may have
 * been paid, and so may a call that nothing recorded: they count at their bound. What a batch has left
 * was for calls that did not begin.
 */
export async function findOut(charge: OpenCharge, { log, priced }: ReviewWorld): Promise<Found> {
  const { id, step: address, attempt = 1, bound, booking } = charge;
  const found = { id, run: booking.run };
  const unknown: Found = { ...found, usd: bound, as: 'unknown' };
  if (charge.isBatch) return { ...found, usd: 0, as: 'released' };
  if (address === undefined) return unknown;
  const database = await log.at();
  const step = await readStep(database, booking.run, address);
  if (neverLeft(step, attempt)) return { ...found, usd: 0, as: 'released' };
  const rule = priced.find(({ operation }) => operation === step?.call?.operation);
  if (step?.outcome === undefined || step.attempts > attempt || rule === undefined) return unknown;
  try {
    const args = await argsOf(step, log);
    const result = await resultOf(step, log);
    if (args === undefined || result === undefined) return unknown;
    const { usd, estimated } = await rule.cost(args, result, database);
    return { ...found, usd, as: estimated ? 'estimated' : 'measured' };
  } catch (error) {
    return didNotHappen(error) ? { ...found, usd: 0, as: 'released' } : unknown;
  }
}

/**
 * True when the attempt was not announced. A step whose intents were taken back, because somebody
 * said it may be repeated, was: its call is on record.
 */
function neverLeft(step: RecordedStep | undefined, attempt: number): boolean {
  if (step === undefined) return true;
  if (step.attempts === 0) return step.call === undefined || step.outcome !== undefined;
  return step.attempts < attempt;
}

/** What the record, or a person who settled the step, says of a failed call. */
const didNotHappen = (error: unknown): boolean => {
  if (error instanceof DatumError && error.code === 'effect/did-not-happen') return true;
  return isUnpaid(error);
};
