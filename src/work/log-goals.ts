import type { Json } from '../base/index.ts';
import type { FactInput, Log, Precondition } from '../fact/index.ts';
import { WorkError } from './error.ts';
import { addSubGoal, advance, checkGoal, type Goal } from './goal.ts';
import { decodeGoal, encodeGoal } from './goal-value.ts';
import type { Goals } from './goals.ts';

const GOAL = {
  /** The goal, or `{ blob }` when it is long; its history is the history of this fact. */
  goal: 'goal/state',
  intent: 'goal/intent',
  status: 'goal/status',
} as const;

/** On `agent:<name>`: the ids of all its goals. */
const GOALS = 'work/goals';

interface Seen {
  readonly value: Json | undefined;
  readonly goal: Goal | undefined;
}

interface Change {
  readonly agent: string;
  readonly id: string;
  readonly why: string;
}

/** Goals as facts of the log, with everything they ever were. */
export function logGoals(log: Log): Goals {
  const read = async (agent: string, id: string): Promise<Seen> => {
    const value = await (await log.at()).get(entityOf(agent, id), GOAL.goal);
    return { value, goal: await decodeGoal(value, log) };
  };

  const idsOf = async (agent: string): Promise<readonly string[]> => {
    const value = await (await log.at()).get(`agent:${agent}`, GOALS);
    return Array.isArray(value) ? value.map(String) : [];
  };

  /** Writes the goal if it still is what was seen. */
  const write = async (goal: Goal, seen: Seen, why: string): Promise<boolean> => {
    const { agent, id } = goal;
    const e = entityOf(agent, id);
    const { value, blobs } = await encodeGoal(goal, log);
    const conditions: Precondition[] = [condition(e, GOAL.goal, seen.value)];
    const facts: FactInput[] = [
      { e, a: GOAL.goal, v: value },
      { e, a: GOAL.intent, v: goal.intent.slice(0, 1000) },
      { e, a: GOAL.status, v: goal.archived === undefined ? 'active' : 'archived' },
    ];
    if (seen.value === undefined) {
      const ids = await idsOf(agent);
      const before = ids.length === 0 ? undefined : [...ids];
      conditions.push(condition(`agent:${agent}`, GOALS, before));
      facts.push({ e: `agent:${agent}`, a: GOALS, v: [...ids, id] });
    }
    return (await log.transact(facts, { if: conditions, blobs, why: { goal: why } })).ok;
  };

  const change = async ({ agent, id, why }: Change, edit: (goal: Goal) => Goal): Promise<Goal> => {
    for (;;) {
      const seen = await read(agent, id);
      if (seen.goal === undefined) throw unknownGoal(agent, id);
      const next = edit(seen.goal);
      if (next === seen.goal || (await write(next, seen, why))) return next;
    }
  };

  return {
    get: async (agent, id) => (await read(agent, id)).goal,
    create: async (goal) => {
      checkGoal(goal);
      for (;;) {
        const seen = await read(goal.agent, goal.id);
        if (seen.value !== undefined) throw goalExists(goal);
        if (await write(goal, seen, 'created')) return goal;
      }
    },
    list: async (agent, { archived = false } = {}) => {
      const ids = (await idsOf(agent)).toSorted();
      const found = await Promise.all(ids.map(async (id) => (await read(agent, id)).goal));
      return found.filter(
        (goal) => goal !== undefined && (goal.archived !== undefined) === archived,
      ) as readonly Goal[];
    },
    addSubGoal: (agent, id, subGoal) =>
      change({ agent, id, why: `added ${subGoal.id}` }, (goal) => addSubGoal(goal, subGoal)),
    transition: (agent, id, { subGoal, ...of }) =>
      change({ agent, id, why: `${subGoal} to ${of.to}` }, (goal) => advance(goal, subGoal, of)),
    archive: (agent, id, reason) =>
      change({ agent, id, why: `archived: ${reason}` }, (goal) =>
        goal.archived === undefined ? { ...goal, archived: reason } : goal,
      ),
  };
}

const entityOf = (agent: string, id: string): string => `goal:${agent}/${id}`;

const condition = (e: string, a: string, value: Json | undefined): Precondition =>
  value === undefined ? { e, a, absent: true } : { e, a, is: value };

const unknownGoal = (agent: string, id: string): WorkError =>
  new WorkError({
    code: 'work/unknown-goal',
    kind: 'usage',
    message: `${agent} has no goal ${id}`,
    hint: 'see datum goal status',
    data: { agent, goal: id },
  });

const goalExists = ({ agent, id }: Goal): WorkError =>
  new WorkError({
    code: 'work/goal-exists',
    kind: 'usage',
    message: `${agent} has a goal ${id} already`,
    hint: 'give the new one another id',
    data: { agent, goal: id },
  });
