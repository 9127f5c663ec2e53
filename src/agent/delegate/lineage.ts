import { AsyncLocalStorage } from 'node:async_hooks';
import { AgentError } from '../error.ts';
import type { RunIdentity } from '../run-state.ts';

/** The run that is under way here, and the delegate it may begin. */
interface Lineage {
  readonly run: string;
  readonly delegate?: string;
}

const current = new AsyncLocalStorage<Lineage>();

/**
 * Carries a run out. Inside another run only its own delegates may begin: whoever starts a run there
 * by other means would go past the roster, the tree's money, and the rule that delegates do not
 * delegate (atomic-runtime §24). Throws `agent/run-inside-run`.
 */
export function enterRun<T>({ id, request }: RunIdentity, fn: () => Promise<T>): Promise<T> {
  const above = current.getStore();
  if (above !== undefined && above.delegate !== id) throw insideRun(request.agent, above.run);
  return current.run({ run: id }, fn);
}

/** Lets one delegate of a run begin. */
export const beginDelegate = <T>(of: Required<Lineage>, fn: () => Promise<T>): Promise<T> =>
  current.run(of, fn);

const insideRun = (agent: string, run: string): AgentError =>
  new AgentError({
    code: 'agent/run-inside-run',
    kind: 'refused',
    message: `${run} is under way here and cannot start a run of ${agent} by itself`,
    hint: 'use delegate(), for an agent that roster.md names',
    data: { agent, run },
  });
