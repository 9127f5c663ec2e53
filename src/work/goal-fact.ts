import { isJsonObject, type Json } from '../base/index.ts';
import type { Log, Precondition } from '../fact/index.ts';
import type { Goal } from './goal.ts';
import type { GoalEvent } from './goal-event.ts';
import { decodeGoal, encodeGoal } from './goal-value.ts';

/** On the entity of a goal: the goal as the log has it, the hash of the file that says so, the last change. */
const GOAL = { state: 'goal/state', file: 'goal/file', told: 'goal/told' } as const;

/** What the log says of a goal. */
export interface StatedGoal {
  readonly goal: Goal | undefined;
  /** The goal as its fact has it. */
  readonly value: Json | undefined;
  /** The hash of the file that was last seen to say so. */
  readonly file: Json | undefined;
  /** The last change that was made here, for the history of the file. */
  readonly told: GoalEvent | undefined;
}

/** The facts of one goal. */
export class GoalFact {
  readonly #log: Log;
  readonly #entity: string;
  readonly #by: string;

  constructor(log: Log, { entity, by }: { readonly entity: string; readonly by: string }) {
    this.#log = log;
    this.#entity = entity;
    this.#by = by;
  }

  async read(): Promise<StatedGoal> {
    const database = await this.#log.at();
    const value = await database.get(this.#entity, GOAL.state);
    const file = await database.get(this.#entity, GOAL.file);
    const told = await database.get(this.#entity, GOAL.told);
    return { goal: await decodeGoal(value, this.#log), value, file, told: eventOf(told) };
  }

  /** States a goal if the log still says `seen`; false when it says something else by now. */
  async change(
    goal: Goal,
    seen: { readonly value: Json; readonly file: string; readonly told: GoalEvent },
  ): Promise<boolean> {
    const e = this.#entity;
    const { value, blobs } = await encodeGoal(goal, this.#log);
    const { event, prose } = seen.told;
    const facts = [
      { e, a: GOAL.state, v: value },
      { e, a: GOAL.told, v: { event, prose } },
    ];
    const { ok } = await this.#log.transact(facts, {
      if: [
        { e, a: GOAL.file, is: seen.file },
        { e, a: GOAL.state, is: seen.value },
      ],
      blobs,
      by: this.#by,
      why: { goal: event.event },
    });
    return ok;
  }

  /**
   * States that the file of a hash says the goal, if the log still says what was seen; answers the
   * goal as its fact has it, `undefined` when the log says something else by now.
   */
  async mark(
    goal: Goal,
    file: string,
    seen: Pick<StatedGoal, 'value' | 'file'>,
  ): Promise<Json | undefined> {
    const e = this.#entity;
    const { value, blobs } = await encodeGoal(goal, this.#log);
    const facts = [
      { e, a: GOAL.state, v: value },
      { e, a: GOAL.file, v: file },
    ];
    const { ok } = await this.#log.transact(facts, {
      if: [stillIs(e, GOAL.state, seen.value), stillIs(e, GOAL.file, seen.file)],
      by: this.#by,
      blobs,
      durability: 'later',
    });
    return ok ? value : undefined;
  }

  async retract(): Promise<void> {
    const e = this.#entity;
    await this.#log.transact(
      [
        { e, a: GOAL.state, op: 'retract' },
        { e, a: GOAL.file, op: 'retract' },
      ],
      { by: this.#by },
    );
  }
}

const stillIs = (e: string, a: string, value: Json | undefined): Precondition =>
  value === undefined ? { e, a, absent: true } : { e, a, is: value };

function eventOf(told: Json | undefined): GoalEvent | undefined {
  if (!isJsonObject(told) || !isJsonObject(told['event'])) return undefined;
  const { event, prose } = told;
  const name = event['event'];
  if (typeof name !== 'string' || typeof prose !== 'string') return undefined;
  return { event: { ...event, event: name }, prose };
}

/** Whether two goals say the same, in whatever order. */
export const isSameGoal = (a: Goal | undefined, b: Goal | undefined): boolean =>
  JSON.stringify(ordered(a)) === JSON.stringify(ordered(b));

const ordered = (goal: Goal | undefined): unknown =>
  JSON.parse(
    JSON.stringify(goal ?? null, (_, value: unknown) =>
      isJsonObject(value)
        ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
        : value,
    ),
  );
