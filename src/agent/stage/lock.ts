import type { Fence } from '../../fact/index.ts';
import { AgentError } from '../error.ts';
import type { AgentWorld } from '../run-options.ts';

/** The right to run an agent: one process at a time. */
export interface AgentLock {
  readonly fence: Fence;
  release(): Promise<void>;
}

/** A process that dies loses its lock after this long. */
const TTL_MILLIS = 10_000;
const RENEW_MILLIS = 2_500;
const RETRY_MILLIS = 250;
/** A reason of its own costs nothing; without one the machine makes an error, with its stack. */
const RELEASED = 'released';

/**
 * Takes the agent's lock and keeps it until it is released. Waits at most `waitMillis`, then throws
 * `agent/lock-busy`.
 */
export const takeLock = (
  world: AgentWorld,
  { agent, holder, waitMillis }: { agent: string; holder: string; waitMillis: number },
): Promise<AgentLock> =>
  holdLease(world, { name: `agent:${agent}`, holder, waitMillis, busy: () => lockBusy(agent) });

/** What is held by one process at a time, and what is thrown when another has it. */
export interface Holding {
  readonly name: string;
  readonly holder: string;
  readonly waitMillis: number;
  readonly busy: () => AgentError;
}

/** Takes a lease and renews it until it is released. */
export async function holdLease(
  { log, timer }: Pick<AgentWorld, 'log' | 'timer'>,
  { name, holder, waitMillis, busy }: Holding,
): Promise<AgentLock> {
  for (let waited = 0; ; waited += RETRY_MILLIS) {
    const lease = await log.leases.acquire(name, { holder, ttlMillis: TTL_MILLIS });
    if (lease !== undefined) {
      const ended = new AbortController();
      void keepAlive(() => lease.renew(), { timer, signal: ended.signal });
      return {
        fence: { name: lease.name, token: lease.token },
        release: async () => {
          ended.abort(RELEASED);
          await lease.release();
        },
      };
    }
    if (waited >= waitMillis) throw busy();
    await timer.sleep(RETRY_MILLIS);
  }
}

/** How long a resumed run waits for the lock of the process that died. */
export const DEAD_LOCK_MILLIS = TTL_MILLIS + RENEW_MILLIS;

async function keepAlive(
  renew: () => Promise<boolean>,
  { timer, signal }: { readonly timer: AgentWorld['timer']; readonly signal: AbortSignal },
): Promise<void> {
  try {
    while (!signal.aborted) {
      await timer.sleep(RENEW_MILLIS, signal);
      if (!(await renew())) return;
    }
  } catch (error) {
    // Released meanwhile; a lease that cannot be renewed is refused by its fence at the next write.
    if (!signal.aborted) return;
    void error;
  }
}

const lockBusy = (agent: string): AgentError =>
  new AgentError({
    code: 'agent/lock-busy',
    kind: 'busy',
    message: `${agent} is at work in another process`,
    hint: 'wait until it is done; a process that died frees it after ten seconds',
    data: { agent },
  });
