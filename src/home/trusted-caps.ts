import { DatumError, hashOf, isJsonObject, type Json, type JsonObject } from '../base/index.ts';
import { CAP_ACTIONS } from '../folder/index.ts';
import { type AcceptedCaps, type Cap, capScopes, holdCaps, settingsOf } from '../guard/index.ts';
import { machineNotes } from './machine-notes.ts';
import type { AgentFolder, TrustHost, TrustItem } from './trust-item.ts';

/** What this machine has accepted as caps of a home; kept in its state folder, never in the repository. */
export function acceptedCapsOf(host: TrustHost): AcceptedCaps {
  return {
    hold: (holder, stated) => holdCaps(acceptedBy(host, holder), stated),
    learn: (holder, stated) => {
      const accepted = acceptedBy(host, holder);
      if (holdCaps(accepted, stated).loosened.length > 0) return;
      if (accepted === undefined || !isSame(accepted, stated)) acceptCaps(host, holder, stated);
    },
  };
}

/** The caps of each agent and of the home that are looser than what this machine has accepted. */
export async function capsItems(
  host: TrustHost,
  agents: readonly AgentFolder[],
): Promise<readonly TrustItem[]> {
  const { capsItem, openSnapshot, readModelOf } = await import('../agent/index.ts');
  const database = await host.log.at();
  const items: TrustItem[] = [];
  for (const { name } of agents) {
    try {
      const snapshot = await openSnapshot(host.log, { agent: name, database });
      const stated = settingsOf((await readModelOf(snapshot)).guardrails).caps;
      const path = capsItem(snapshot.inHome('model.md'));
      items.push(...itemOf(host, { holder: `agent:${name}`, path, stated }));
    } catch (error) {
      // Caps that cannot be read stop each run, and its message names the line.
      if (!(error instanceof DatumError)) throw error;
    }
  }
  const stated = host.settings?.fleetCaps ?? [];
  return [...items, ...itemOf(host, { holder: 'budget:home', path: 'datum.toml#caps', stated })];
}

function itemOf(
  host: TrustHost,
  { holder, path, stated }: { holder: string; path: string; stated: readonly Cap[] },
): readonly TrustItem[] {
  const { loosened } = holdCaps(acceptedBy(host, holder), stated);
  if (loosened.length === 0) return [];
  const about = `caps spending at ${told(stated)}; until then also at ${told(loosened)}`;
  const hash = hashOf(stated.map(({ scope, usd, action }) => ({ scope, usd, action })));
  return [{ path, hash, trust: 'changed', about, caps: { holder, stated } }];
}

const told = (caps: readonly Cap[]): string =>
  caps.length === 0
    ? 'nothing'
    : caps.map(({ scope, usd, action }) => `${scope} $${usd} ${action}`).join(', ');

/**
 * The caps this machine has accepted for a holder; `undefined` before the first. An agent is called
 * after its path while another has its name: what was accepted under one of the two holds under both.
 */
function acceptedBy(host: TrustHost, holder: string): readonly Cap[] | undefined {
  const notes = machineNotes('accepted-caps', host);
  const own = notes.get(holder);
  if (own !== undefined) return capsOf(own);
  const others = [...notes.all()].filter(([each]) => nameOf(each) === nameOf(holder));
  return others.length === 0 ? undefined : others.flatMap(([, caps]) => capsOf(caps));
}

const nameOf = (holder: string): string => holder.replace(/:.*\//s, ':');

const capsOf = (value: Json | undefined): readonly Cap[] =>
  Array.isArray(value) ? (value as readonly Json[]).flatMap(readCap) : [];

/** Accepts caps as they are stated, also looser ones. */
export function acceptCaps(host: TrustHost, holder: string, stated: readonly Cap[]): void {
  const caps = stated.map(({ scope, usd, action }): JsonObject => ({ scope, usd, action }));
  machineNotes('accepted-caps', host).set(holder, caps);
}

const isSame = (some: readonly Cap[], others: readonly Cap[]): boolean =>
  some.length === others.length &&
  holdCaps(some, others).loosened.length === 0 &&
  holdCaps(others, some).loosened.length === 0;

function readCap(value: Json): readonly Cap[] {
  if (!isJsonObject(value)) return [];
  const scope = capScopes.find((each) => each === value['scope']);
  const action = CAP_ACTIONS.find((each) => each === value['action']);
  const usd = value['usd'];
  return scope === undefined || action === undefined || typeof usd !== 'number'
    ? []
    : [{ scope, usd, action }];
}
