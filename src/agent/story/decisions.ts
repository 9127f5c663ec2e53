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
  const rows = await log.query(ledger, 'select id from guard_charge where run = ?', [run]);
  const told = await Promise.all(
    rows.map(async ({ id }) => {
      const entity = `charge:${String(id)}`;
      const stated = (await now.history(entity, LEDGER.decision)).at(-1);
      const decision = objectOf(stated?.v);
      const reserved = objectOf(await now.get(entity, LEDGER.reserved));
      if (stated === undefined || decision === undefined) return [];
      return [{ stated, decision: tell(decision, reserved ?? {}) }];
    }),
  );
  // In the order of the log: ids of one millisecond have none.
  return told
    .flat()
    .toSorted(({ stated: a }, { stated: b }) => a.at - b.at || a.position - b.position)
    .map(({ decision }) => decision);
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
