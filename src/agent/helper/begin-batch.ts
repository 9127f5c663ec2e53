import type { JsonObject } from '../../base/index.ts';
import { clockNow, perform } from '../../effect/index.ts';
import { generate, type ModelRequest } from '../../model/index.ts';
import { localTime } from '../local-time.ts';
import { performLines } from '../stage/child-line.ts';
import type { LoadedRun } from '../stage/load.ts';
import { reserveBatch } from './batch-reservation.ts';
import { type BatchOfCalls, batchLine } from './helper-line.ts';

/** Several calls that have been reserved as a whole. */
export interface BegunBatch {
  /** Null where nothing had to be reserved. */
  readonly id: string | null;
  readonly batch: BatchOfCalls;
}

/** Reserves calls of helpers or delegates as a whole, and writes the line that says so. */
export async function beginBatch(
  run: LoadedRun,
  requests: readonly ModelRequest[],
  { of, step }: Pick<BatchOfCalls, 'of' | 'step'>,
): Promise<BegunBatch> {
  const calls = requests.map((args) => ({
    operation: generate.name,
    args: args as ModelRequest & JsonObject,
  }));
  const { id, usd } = await perform(reserveBatch, { calls });
  const began = localTime(await perform(clockNow, {}), run.world.zone);
  const batch = { of, size: requests.length, reservedUsd: usd, step };
  await performLines(began, [batchLine(run, began, batch)]);
  return { id, batch };
}
