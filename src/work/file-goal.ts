import { isJsonObject, type Json, type JsonObject } from '../base/index.ts';
import type { Log } from '../fact/index.ts';
import {
  addGoalHistory,
  type Folder,
  type GoalFile,
  parseGoalFile,
  printGoalFile,
  type StoredDocument,
  setGoalField,
} from '../folder/index.ts';
import { WorkError } from './error.ts';
import {
  addSubGoal,
  advance,
  type Goal,
  isReached,
  type SubGoal,
  type Transition,
} from './goal.ts';
import { EVENTS, fileOfGoal, goalOfFile } from './goal-of-file.ts';
import { decodeGoal, encodeGoal } from './goal-value.ts';

/** The id of the goal in the agent's own folder. */
export const STANDING = '_standing';

/** On `goal:<agent>/<id>`: the goal as the log has it, and the hash of the file that says so. */
const GOAL = { state: 'goal/state', file: 'goal/file' } as const;

export interface GoalWorld {
  readonly log: Log;
  readonly folder: Folder;
  /** The day and the time with its offset, where the agent lives. */
  readonly now: () => { readonly day: string; readonly iso: string };
  /** In whose name. */
  readonly by: string;
}

export interface GoalName {
  readonly agent: string;
  /** {@link STANDING} for the goal.md of the agent itself. */
  readonly id: string;
  /** The agent's folder in the home; empty when the home is the agent. */
  readonly folder: string;
}

/** What happened, for the history: one event, told in a line of prose. */
interface Told {
  readonly event: JsonObject & { readonly event: string };
  readonly prose: string;
}

interface Found {
  readonly goal: Goal;
  readonly file: GoalFile;
  readonly document: StoredDocument;
  /** The goal as its fact has it. */
  readonly value: Json;
}

/**
 * A goal whose truth a person may edit: `goal.md` and the facts follow each other. An edit by hand is
 * taken in with a line of history; a change here is made to the goal as it is at that moment, or not
 * at all (`work/goal-changed`), first as a fact, then in the file, each finishing the other.
 */
export class FileGoal {
  readonly #world: GoalWorld;
  readonly #name: GoalName;

  constructor(world: GoalWorld, name: GoalName) {
    this.#world = world;
    this.#name = name;
  }

  /** The day where the agent lives. */
  get today(): string {
    return this.#world.now().day;
  }

  /** The goal, file and facts in step; `undefined` where there is none. */
  async load(): Promise<Goal | undefined> {
    return (await this.#find())?.goal;
  }

  /** The goal; throws `work/unknown-goal` where there is none. */
  async need(): Promise<Goal> {
    return (await this.#need()).goal;
  }

  /** Moves a sub-goal on; see `advance` for what is refused. */
  transition(
    of: Transition & { readonly subGoal: string; readonly reason?: string },
  ): Promise<Goal> {
    const { subGoal, to, reason, blockedBy, output, assigned } = of;
    const more = { blocked_by: blockedBy, output, assigned, reason };
    const event = {
      event: EVENTS[to],
      sub_goal_id: subGoal,
      ...Object.fromEntries(Object.entries(more).filter(([, value]) => value !== undefined)),
    } as Told['event'];
    const why = [
      blockedBy === undefined ? '' : ` by \`${blockedBy}\``,
      reason === undefined ? '' : `: ${reason}`,
    ];
    const prose = `sub_goal \`${subGoal}\` ${to === 'blocked' ? 'blocked' : `moved to ${to}`}${why.join('')}`;
    return this.#change({ event, prose }, (goal) => advance(goal, subGoal, of));
  }

  add(subGoal: Omit<SubGoal, 'status'>): Promise<Goal> {
    const event = { event: 'sub_goal_added', sub_goal_id: subGoal.id, label: subGoal.label };
    const prose = `sub_goal \`${subGoal.id}\` added`;
    return this.#change({ event, prose }, (goal) => addSubGoal(goal, subGoal));
  }

  /** Puts the goal away: into `goal_archive/`, out of the prompt. Throws `work/goal-open`. */
  async archive(reason: string, when: 'reached' | 'open'): Promise<string> {
    const found = await this.#need();
    if (when === 'reached' && !isReached(found.goal)) throw stillOpen(found.goal);
    const { day, iso } = this.#world.now();
    const event = { event: 'goal_archived', reason };
    await this.#change({ event, prose: `goal archived: ${reason}` }, (goal) => ({
      ...goal,
      archived: reason,
    }));
    const { file, document } = await this.#need();
    const stamped = setGoalField(file, 'archived_at', iso);
    const path = await this.#freePath(
      `${this.#path('goal_archive')}/${day}_${slugOf(found.goal.intent)}`,
    );
    const written = await this.#world.folder.writeDocuments(
      [
        { path, content: printGoalFile(stamped), ifHash: null, movedFrom: document.path },
        { path: document.path, content: null, ifHash: document.hash },
      ],
      { by: this.#world.by },
    );
    if (!written.ok) throw changedByHand(document.path);
    const e = this.#entity();
    await this.#world.log.transact(
      [
        { e, a: GOAL.state, op: 'retract' },
        { e, a: GOAL.file, op: 'retract' },
      ],
      { by: this.#world.by },
    );
    return path;
  }

  /** Makes the change to facts and file; a goal that changed meanwhile is looked at again. */
  async #change(told: Told, edit: (goal: Goal) => Goal): Promise<Goal> {
    for (;;) {
      const found = await this.#need();
      const next = edit(found.goal);
      if (next === found.goal) return next;
      const e = this.#entity();
      const { value, blobs } = await encodeGoal(next, this.#world.log);
      const stated = await this.#world.log.transact([{ e, a: GOAL.state, v: value }], {
        if: [
          { e, a: GOAL.file, is: found.document.hash },
          { e, a: GOAL.state, is: found.value },
        ],
        blobs,
        by: this.#world.by,
        why: { goal: told.event.event },
      });
      if (!stated.ok) continue;
      await this.#print(found, next, told);
      return next;
    }
  }

  /** Brings the file to what the facts say, with its history. */
  async #print({ goal, file, document }: Found, next: Goal, told: Told): Promise<void> {
    const { folder, by } = this.#world;
    const { day, iso } = this.#world.now();
    const edited = addGoalHistory(fileOfGoal(file, goal, next), `${day} — ${told.prose}`);
    const text = printGoalFile(setGoalField(edited, 'last_progress_check', day));
    const written = await folder.writeDocument(document.path, text, { by, ifHash: document.hash });
    // Edited by hand at this very moment: that edit is taken in next, and what was stated stands before it.
    if (!written.ok) throw changedByHand(document.path);
    const line = JSON.stringify({ ts: iso, ...told.event });
    await folder.appendEntry(this.#path('goal_history.jsonl'), line, { by });
    const now = await folder.readDocument(document.path);
    if (now !== undefined) await this.#mark(next, now.hash);
  }

  async #need(): Promise<Found> {
    const found = await this.#find();
    if (found !== undefined) return found;
    throw noGoal(this.#name, this.#path('goal.md'));
  }

  /** The goal of the file. What a hand wrote is stated; what was stated and not yet printed is printed. */
  async #find(): Promise<Found | undefined> {
    const { log, folder } = this.#world;
    const path = this.#path('goal.md');
    const document = await folder.readDocument(path);
    if (document === undefined) return undefined;
    const file = parseGoalFile(document.content, path);
    const goal = goalOfFile(file, { agent: this.#name.agent, id: this.#name.id });
    const database = await log.at();
    const state = await database.get(this.#entity(), GOAL.state);
    const seen = await database.get(this.#entity(), GOAL.file);
    const stated = await decodeGoal(state, log);
    const isSame = JSON.stringify(ordered(stated)) === JSON.stringify(ordered(goal));
    if (seen === document.hash && isSame) return { goal, file, document, value: state ?? null };
    if (seen === document.hash && stated !== undefined) {
      const told = {
        event: { event: 'goal_written' },
        prose: 'written to the file after an interruption',
      };
      await this.#print({ goal, file, document, value: null }, stated, told);
      return this.#find();
    }
    if (stated !== undefined && !isSame) await this.tell({ event: 'goal_edited_by_hand' });
    return { goal, file, document, value: await this.#mark(goal, document.hash) };
  }

  /** Writes an event into the history that changes nothing. */
  async tell(event: Told['event']): Promise<void> {
    const { folder, now, by } = this.#world;
    const line = JSON.stringify({ ts: now().iso, ...event });
    await folder.appendEntry(this.#path('goal_history.jsonl'), line, { by });
  }

  /** States that the file of a hash says the goal. */
  async #mark(goal: Goal, hash: string): Promise<Json> {
    const e = this.#entity();
    const { value, blobs } = await encodeGoal(goal, this.#world.log);
    const facts = [
      { e, a: GOAL.state, v: value },
      { e, a: GOAL.file, v: hash },
    ];
    await this.#world.log.transact(facts, { by: this.#world.by, blobs, durability: 'later' });
    return value;
  }

  #entity(): string {
    return `goal:${this.#name.agent}/${this.#name.id}`;
  }

  #path(file: string): string {
    const { folder, id } = this.#name;
    const parts = [folder, ...(id === STANDING ? [] : ['goals', id]), file];
    return parts.filter((part) => part !== '').join('/');
  }

  async #freePath(stem: string): Promise<string> {
    for (let number = 0; ; number += 1) {
      const path = `${stem}${number === 0 ? '' : `_${number}`}.md`;
      if ((await this.#world.folder.readDocument(path)) === undefined) return path;
    }
  }
}

/** A goal with its keys in one order, to compare. */
const ordered = (goal: Goal | undefined): unknown =>
  JSON.parse(
    JSON.stringify(goal ?? null, (_, value: unknown) =>
      isJsonObject(value)
        ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
        : value,
    ),
  );

const slugOf = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_')
    .replaceAll(/^_+|_+$/g, '')
    .slice(0, 60) || 'goal';

const noGoal = ({ agent, id }: GoalName, path: string): WorkError =>
  new WorkError({
    code: 'work/unknown-goal',
    kind: 'usage',
    message: id === STANDING ? `${agent} has no goal` : `${agent} has no goal ${id}`,
    hint: `write one: ${path}`,
    data: { agent, goal: id },
  });

const stillOpen = ({ subGoals }: Goal): WorkError =>
  new WorkError({
    code: 'work/goal-open',
    kind: 'usage',
    message: 'the goal has sub-goals that are not done',
    hint: 'complete or abandon them first, or abandon the goal',
    data: {
      open: subGoals
        .filter(({ status }) => !/complete|abandoned|skipped/.test(status))
        .map(({ id }) => id),
    },
  });

const changedByHand = (path: string): WorkError =>
  new WorkError({
    code: 'work/goal-changed',
    kind: 'busy',
    message: `${path} was changed while it was written`,
    hint: 'look at it again and decide anew',
    data: { path },
  });
