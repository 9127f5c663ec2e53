import { argsOf, readStep, resultOf } from '../../effect/index.ts';
import type { Log } from '../../fact/index.ts';
import type { SettledAs } from './ledger.ts';
import type { PricedOperation } from './priced-operation.ts';
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
 * been paid, and so may a call that nothing recorded: they count at their bound.
 */
export async function findOut(charge: OpenCharge, { log, priced }: ReviewWorld): Promise<Found> {
  const { id, step: address, attempt = 1, bound, booking } = charge;
  const found = { id, run: booking.run };
  const unknown: Found = { ...found, usd: bound, as: 'unknown' };
  if (address === undefined) return unknown;
  const database = await log.at();
  const step = await readStep(database, booking.run, address);
  if (step === undefined || step.attempts < attempt) return { ...found, usd: 0, as: 'released' };
  const rule = priced.find(({ operation }) => operation === step.call?.operation);
  if (step.outcome?.ok !== true || step.attempts > attempt || rule === undefined) return unknown;
  const args = await argsOf(step, log);
  const result = await resultOf(step, log);
  if (args === undefined || result === undefined) return unknown;
  const { usd, estimated } = await rule.cost(args, result, database);
  return { ...found, usd, as: estimated ? 'estimated' : 'measured' };
}
