import { hashOf } from '../../base/index.ts';
import { bodyOf, type KeyState, logIdempotency } from '../../work/index.ts';
import { AgentError } from '../error.ts';
import { TEMPERATURE } from './assemble.ts';
import type { LoadedRun } from './load.ts';

/** Triggers that may deliver the same work twice by themselves. */
const REPEATING: ReadonlySet<string> = new Set(['http', 'queue', 'cron']);

/**
 * The key under which a run happens once: the one it was given, or, where model.md asks for it, one
 * made from what was asked.
 */
export function keyOf({ identity, modelFile, model }: LoadedRun): string | undefined {
  const { request } = identity;
  if (request.idempotencyKey !== undefined) return request.idempotencyKey;
  const repeats = REPEATING.has(request.trigger ?? 'manual');
  if (!modelFile.dedupBodyHash || !repeats || request.conversationId !== undefined)
    return undefined;
  return hashOf(
    bodyOf({
      workItem: request.workItem,
      model,
      maxTokens: request.maxOutputTokens ?? modelFile.maxOutputTokens,
      temperature: request.temperature ?? TEMPERATURE,
    }),
  );
}

/** The run that was completed under a key; `undefined` when there is none. */
export async function completedRun(run: LoadedRun, key: string): Promise<string | undefined> {
  return completed(await ledgerOf(run).lookup(run.identity.request.agent, key));
}

/** A key that this run alone may work under, until it is committed or released. */
export interface Claim {
  commit(): Promise<void>;
  release(): Promise<void>;
}

/**
 * Claims a key: a claim, or the run that completed it meanwhile. Throws `agent/in-flight` (busy)
 * while another run holds it; a resumed run gets its own key back.
 */
export async function claimKey(run: LoadedRun, key: string): Promise<Claim | string> {
  const ledger = ledgerOf(run);
  const { agent } = run.identity.request;
  const { id } = run.identity;
  const state = await ledger.begin(agent, key, id);
  const earlier = completed(state);
  // A run that is gone on with after it was completed answers for itself, once more.
  if (earlier === id) return HELD;
  if (earlier !== undefined) return earlier;
  if (state.state === 'in-flight') throw inFlight(key, state.run);
  return {
    commit: async () => {
      await ledger.commit(agent, key, { run: id });
    },
    release: () => ledger.release(agent, key, id),
  };
}

const HELD: Claim = { commit: async () => undefined, release: async () => undefined };

const ledgerOf = ({ world }: LoadedRun) => logIdempotency({ log: world.log });

const completed = (state: KeyState): string | undefined =>
  state.state === 'completed' ? state.run : undefined;

const inFlight = (key: string, run: string): AgentError =>
  new AgentError({
    code: 'agent/in-flight',
    kind: 'busy',
    message: `${run}, which has the same idempotency key, is under way`,
    hint: `wait until it is done; if it died, go on with it: datum run <agent> --resume ${run}`,
    data: { key, run },
  });
