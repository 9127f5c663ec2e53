import { isJsonObject, type Json, sha256 } from '../base/index.ts';
import type { Log } from '../fact/index.ts';
import { WorkError } from './error.ts';
import type { Idempotency, KeyState } from './idempotency.ts';

export interface IdempotencyOptions {
  readonly log: Log;
  /** How long a run holds its key without renewing it; an hour when absent. */
  readonly leaseMillis?: number;
}

const KEY = 'work/key';

interface Seen {
  /** As the fact has it; absent: nobody has the key. */
  readonly value: Json | undefined;
  readonly state: KeyState;
}

/** Keys as facts of the log: exact among all processes of its store. */
export function logIdempotency({ log, leaseMillis = 3_600_000 }: IdempotencyOptions): Idempotency {
  const read = async (e: string): Promise<Seen> => {
    const value = await (await log.at()).get(e, KEY);
    return { value, state: stateOf(value, log.clock.now()) };
  };
  const inFlight = (run: string): Json => ({
    state: 'in-flight',
    run,
    until: log.clock.now() + leaseMillis * 1000,
  });
  /** Changes the key from what was seen, or not at all. */
  const change = async (e: string, seen: Seen, v: Json | undefined): Promise<boolean> => {
    const fact = v === undefined ? { e, a: KEY, op: 'retract' as const } : { e, a: KEY, v };
    const was =
      seen.value === undefined
        ? { e, a: KEY, absent: true as const }
        : { e, a: KEY, is: seen.value };
    return (await log.transact([fact], { if: [was] })).ok;
  };
  const holds = ({ value }: Seen, run: string): boolean =>
    isJsonObject(value) && value['state'] === 'in-flight' && value['run'] === run;

  return {
    lookup: async (agent, key) => (await read(entityOf(agent, key))).state,
    begin: async (agent, key, run) => {
      const e = entityOf(agent, key);
      for (;;) {
        const seen = await read(e);
        const isOurs = seen.state.state === 'fresh' || holds(seen, run);
        if (!isOurs) return seen.state;
        if (await change(e, seen, inFlight(run))) return { state: 'fresh' };
      }
    },
    renew: async (agent, key, run) => {
      const e = entityOf(agent, key);
      const seen = await read(e);
      return holds(seen, run) && (await change(e, seen, inFlight(run)));
    },
    commit: async (agent, key, { run, result = run }) => {
      const e = entityOf(agent, key);
      for (;;) {
        const seen = await read(e);
        if (seen.state.state === 'completed') return seen.state;
        const done = { state: 'completed', run, result } as const;
        if (await change(e, seen, done)) return done;
      }
    },
    release: async (agent, key, run) => {
      const e = entityOf(agent, key);
      const seen = await read(e);
      if (holds(seen, run)) await change(e, seen, undefined);
    },
  };
}

function entityOf(agent: string, key: string): string {
  if (key !== '' && key.isWellFormed()) return `run-key:${sha256(`${agent}\0${key}`)}`;
  throw new WorkError({
    code: 'work/bad-key',
    kind: 'usage',
    message: 'an idempotency key is text, and not empty',
    hint: 'give each thing that must happen once a key of its own, such as order-42',
  });
}

function stateOf(value: Json | undefined, now: number): KeyState {
  if (!isJsonObject(value)) return { state: 'fresh' };
  const run = String(value['run']);
  if (value['state'] === 'completed') {
    return { state: 'completed', run, result: value['result'] ?? run };
  }
  const until = Number(value['until']);
  return until <= now ? { state: 'fresh' } : { state: 'in-flight', run, until };
}
