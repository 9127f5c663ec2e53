import { sha256 } from '../../base/index.ts';
import { AgentError } from '../error.ts';
import type { AgentWorld } from '../run-options.ts';

const COMPLETED = 'idempotency/run';
const LEASE_MILLIS = 600_000;

/** A key that this run alone may work under, until it is committed or released. */
export interface Claim {
  commit(run: string): Promise<void>;
  release(): Promise<void>;
}

const entityOf = (agent: string, key: string): string => `idempotency:${agent}/${sha256(key)}`;

/** The run that was completed under a key; `undefined` when there is none. */
export async function completedRun(
  { log }: AgentWorld,
  { agent, key }: { readonly agent: string; readonly key: string },
): Promise<string | undefined> {
  const run = await (await log.at()).get(entityOf(agent, key), COMPLETED);
  return typeof run === 'string' ? run : undefined;
}

/** Claims a key. Throws `agent/in-flight` (busy) while another run holds it. */
export async function claimKey(
  { log }: AgentWorld,
  { agent, key, run }: { readonly agent: string; readonly key: string; readonly run: string },
): Promise<Claim> {
  const entity = entityOf(agent, key);
  const lease = await log.leases.acquire(entity, { holder: run, ttlMillis: LEASE_MILLIS });
  if (lease === undefined) throw inFlight(key);
  return {
    commit: async (id) => {
      const fact = { e: entity, a: COMPLETED, v: id };
      const absent = [{ e: entity, a: COMPLETED, absent: true as const }];
      await log.transact([fact], { by: `agent:${agent}`, why: { run: id }, if: absent });
      await lease.release();
    },
    release: () => lease.release(),
  };
}

const inFlight = (key: string): AgentError =>
  new AgentError({
    code: 'agent/in-flight',
    kind: 'busy',
    message: 'another run with this idempotency key is under way',
    hint: 'wait until it is done, then ask again for its result',
    data: { key },
  });
