import { type IdSource, type Micros, ref, sortableId } from '../base/index.ts';
import type { Database, FactInput, Log } from '../fact/index.ts';

/** One stretch of work on a home, from boot to handoff. */
export interface Session {
  /** `session:<id>`; ids sort by time. */
  readonly entity: string;
  readonly agent: string;
  /** Who booted, as the principal of the transaction: claimed, not proven. */
  readonly by: string;
  readonly started: Micros;
  readonly ended?: Micros;
  /** What the handoff said the next one must know. */
  readonly note?: string;
}

/** States of an agent's life, and which may follow which. */
export const lifecycle = Object.freeze({
  uninitialized: ['onboarded'],
  onboarded: ['active'],
  active: ['idle', 'retired'],
  idle: ['active', 'retired'],
  retired: ['active'],
} as const);

export type AgentState = keyof typeof lifecycle;

export const agentEntity = (name: string): string => `agent:${name}`;

/** The state of an agent as the facts have it. */
export async function agentState(database: Database, agent: string): Promise<AgentState> {
  const state = await database.get(agentEntity(agent), 'agent/state');
  return typeof state === 'string' && state in lifecycle ? (state as AgentState) : 'uninitialized';
}

/** The facts that open a new session and make the agent active. */
export function openingFacts(agent: string, source: IdSource): readonly FactInput[] {
  const entity = `session:${sortableId(source)}`;
  return [
    { e: entity, a: 'session/agent', v: ref(agentEntity(agent)) },
    { e: agentEntity(agent), a: 'agent/session', v: ref(entity) },
    { e: agentEntity(agent), a: 'agent/state', v: 'active' },
  ];
}

/** The facts that close a session with a note, and rest the agent or retire it. */
export function closingFacts(
  session: Session,
  { note, state }: { readonly note: string; readonly state: 'idle' | 'retired' },
): readonly FactInput[] {
  return [
    { e: session.entity, a: 'session/note', v: note },
    { e: session.entity, a: 'session/state', v: 'ended' },
    { e: agentEntity(session.agent), a: 'agent/state', v: state },
  ];
}

/** The sessions of an agent, newest first; at most `limit` of them. */
export async function recentSessions(
  log: Log,
  { agent, limit = 5 }: { readonly agent: string; readonly limit?: number },
): Promise<readonly Session[]> {
  const database = await log.at();
  const changes = await database.history(agentEntity(agent), 'agent/session');
  const sessions: Session[] = [];
  for (const datom of changes.toReversed()) {
    if (sessions.length === limit) break;
    const entity = refTarget(datom.v);
    if (datom.op !== 'assert' || entity === undefined) continue;
    const by = (await log.transaction(datom.tx))?.by ?? 'unknown';
    const ending = (await database.history(entity, 'session/state')).at(-1);
    const note = await database.get(entity, 'session/note');
    sessions.push({
      entity,
      agent,
      by,
      started: datom.at,
      ...(ending === undefined ? {} : { ended: ending.at }),
      ...(typeof note === 'string' ? { note } : {}),
    });
  }
  return sessions;
}

/** The entity a `$ref` value points to. */
export const refTarget = (value: unknown): string | undefined =>
  typeof value === 'object' && value !== null && '$ref' in value && typeof value.$ref === 'string'
    ? value.$ref
    : undefined;
