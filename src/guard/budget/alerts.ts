import { isJsonObject, type JsonObject, type Micros } from '../../base/index.ts';
import type { Database } from '../../fact/index.ts';
import { LEDGER } from './ledger.ts';

/** A threshold of a cap that was passed. */
export interface Alert {
  /** Whose cap and which period: `day/harbor/2026-06-08`. */
  readonly account: string;
  /** Whose day or month it is, or who spent in the run; `*` for all agents. */
  readonly agent: string;
  /** As the run log has it. */
  readonly text: string;
  /** The run that passed it. */
  readonly run: string;
  readonly at: Micros;
}

/** Every alert of a home, oldest first. */
export async function readAlerts(database: Database): Promise<readonly Alert[]> {
  const found = await database.find([{ e: { var: 'account' }, a: LEDGER.alert }]);
  const alerts: Alert[] = [];
  for (const { account: entity } of found) {
    const name = String(isJsonObject(entity) ? entity['$ref'] : entity);
    for (const { a, v, at } of await database.history(name)) {
      if (a !== LEDGER.alert || !isJsonObject(v)) continue;
      const account = name.slice('budget:'.length);
      const [text, run] = [String(v['text']), String(v['run'])];
      alerts.push({ account, agent: agentOf(account, v), text, run, at });
    }
  }
  return alerts.toSorted((a, b) => a.at - b.at || (a.text < b.text ? -1 : 1));
}

/** Accounts of a run and of a tree do not name an agent; that of two with one name is a path. */
function agentOf(account: string, { agent }: JsonObject): string {
  const named = account.split('/').slice(1, -1).join('/');
  return named === '' ? String(agent ?? '') : named;
}
