import { isJsonObject, type Json, type JsonObject } from '../../base/index.ts';
import type { Database, Log } from '../../fact/index.ts';
import { LEDGER, ledger } from '../../guard/index.ts';
import type { ToldDecision } from './story.ts';

/** What the budget decided about the calls of a run, in order. A refusal is told by its step. */
export async function toldDecisions(
  log: Log,
  now: Database,
  run: string,
): Promise<readonly ToldDecision[]> {
  // In the order of the log: ids of one millisecond have none.
  const rows = await log.query(ledger, 'select id from guard_charge where run = ? order by id', [
    run,
  ]);
  const told = await Promise.all(
    rows.map(async ({ id }) => {
      const entity = `charge:${String(id)}`;
      const decision = objectOf(await now.get(entity, LEDGER.decision));
      const reserved = objectOf(await now.get(entity, LEDGER.reserved));
      return decision === undefined ? [] : [tell(decision, reserved ?? {})];
    }),
  );
  return told.flat();
}

function tell(decision: JsonObject, reserved: JsonObject): ToldDecision {
  const { caps } = decision;
  const step = reserved['step'];
  return {
    ...(typeof step === 'string' ? { step } : {}),
    verdict: String(decision['verdict']),
    reason: String(decision['reason']),
    model: String(decision['model']),
    reservedUsd: Number(decision['estimate'] ?? 0),
    caps: Array.isArray(caps) ? caps.filter(isJsonObject) : [],
  };
}

const objectOf = (value: Json | undefined): JsonObject | undefined =>
  isJsonObject(value) ? value : undefined;
