import { posix } from 'node:path';
import { knownAgents, nameOfFolder } from '../../folder/index.ts';
import { AgentError } from '../error.ts';
import type { LoadedRun } from '../stage/load.ts';

/**
 * The agent a run may delegate to, by the name the roster has for it: a peer in its own project first
 * (atomic-runtime §11). Throws `agent/nested-delegation`, `agent/not-in-roster`,
 * `agent/self-delegation` and `agent/unknown-delegate`, in this order.
 */
export async function delegateOf(run: LoadedRun, target: string): Promise<string> {
  const { identity, roster } = run;
  const { agent, parentRun } = identity.request;
  if (parentRun !== undefined) throw nested(agent, parentRun);
  if (!roster.includes(target)) throw notInRoster(agent, { target, roster });
  const known = await knownAgents(identity.database);
  const beside = nameOfFolder(posix.join(posix.dirname(run.snapshot.path), target), known);
  const path = known.find(({ name }) => name === target)?.path ?? target;
  const name = beside ?? nameOfFolder(path, known);
  if (target === agent || name === agent) throw toItself(agent);
  if (name === undefined) throw unknownDelegate(agent, target);
  return name;
}

const nested = (agent: string, parentRun: string): AgentError =>
  new AgentError({
    code: 'agent/nested-delegation',
    kind: 'refused',
    message: `${agent} is at work for ${parentRun} and cannot delegate further`,
    hint: 'do it yourself, or say in the answer who should be asked',
    data: { agent, parentRun },
  });

const notInRoster = (
  agent: string,
  { target, roster }: { readonly target: string; readonly roster: readonly string[] },
): AgentError =>
  new AgentError({
    code: 'agent/not-in-roster',
    kind: 'refused',
    message: `roster.md does not let ${agent} delegate to ${target}`,
    hint:
      roster.length === 0
        ? 'add the agent under "## Delegate to" in roster.md by hand'
        : `there are ${roster.join(', ')}; others are added to roster.md by hand`,
    data: { agent, target, roster },
  });

const toItself = (agent: string): AgentError =>
  new AgentError({
    code: 'agent/self-delegation',
    kind: 'refused',
    message: `${agent} cannot delegate to itself`,
    hint: 'ask a helper instead',
    data: { agent },
  });

const unknownDelegate = (agent: string, target: string): AgentError =>
  new AgentError({
    code: 'agent/unknown-delegate',
    message: `roster.md of ${agent} names ${target}, and there is no such agent`,
    hint: 'correct the name in roster.md, or make the agent',
    data: { agent, target },
  });
