import { type Json, sha256 } from '../base/index.ts';
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
import { addSubGoal, advance, type Goal, isReached, type SubGoal } from './goal.ts';
import { added, archived, type GoalEvent, moved, type SubGoalMove, written } from './goal-event.ts';
import { GoalFact, isSameGoal, type StatedGoal } from './goal-fact.ts';
import { type GoalName, goalEntity, goalPath, STANDING } from './goal-name.ts';
import { fileOfGoal, goalOfFile } from './goal-of-file.ts';

export interface GoalWorld {
  readonly log: Log;
  readonly folder: Folder;
  /** The day and the time with its offset, where the agent lives. */
  readonly now: () => { readonly day: string; readonly iso: string };
  /** In whose name. */
  readonly by: string;
}

interface Found {
  readonly goal: Goal;
  readonly file: GoalFile;
  readonly document: StoredDocument;
  /** The goal as its fact has it. */
  readonly value: Json;
}

/**
 * A goal whose truth a person may edit: `goal.md` and the facts follow each other (atomic-backends
 * §19). An edit by hand is taken in with a line of history; a change here is made to the goal as it
 * is at that moment, or not at all (`work/goal-changed`), first as a fact, then in the file, each
 * finishing the other.
 */
export class FileGoal {
  readonly #world: GoalWorld;
  readonly #name: GoalName;
  readonly #fact: GoalFact;

  constructor(world: GoalWorld, name: GoalName) {
    this.#world = world;
    this.#name = name;
    this.#fact = new GoalFact(world.log, { entity: goalEntity(name), by: world.by });
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
  transition(move: SubGoalMove): Promise<Goal> {
    return this.#change(moved(move), (goal) => advance(goal, move.subGoal, move));
  }

  add(subGoal: Omit<SubGoal, 'status'>): Promise<Goal> {
    return this.#change(added(subGoal), (goal) => addSubGoal(goal, subGoal));
  }

  /** Puts the goal away: into `goal_archive/`, out of the prompt. Throws `work/goal-open`. */
  async archive(reason: string, when: 'reached' | 'open'): Promise<string> {
    const found = await this.#need();
    if (when === 'reached' && !isReached(found.goal)) throw stillOpen(found.goal);
    const { day, iso } = this.#world.now();
    await this.#change(archived(reason), (goal) => ({ ...goal, archived: reason }));
    const { file, document } = await this.#need();
    const stamped = setGoalField(file, 'archived_at', iso);
    const path = await this.#freePath(
      `${this.#path('goal_archive')}/${day}_${slugOf(found.goal.intent)}`,
    );
    const put = await this.#world.folder.writeDocuments(
      [
        { path, content: printGoalFile(stamped), ifHash: null, movedFrom: document.path },
        { path: document.path, content: null, ifHash: document.hash },
      ],
      { by: this.#world.by },
    );
    if (!put.ok) throw changedByHand(document.path);
    await this.#fact.retract();
    return path;
  }

  /** Writes an event into the history that changes nothing. */
  async tell(event: GoalEvent['event']): Promise<void> {
    const { folder, now, by } = this.#world;
    const line = JSON.stringify({ ts: now().iso, ...event });
    await folder.appendEntry(this.#path('goal_history.jsonl'), line, { by });
  }

  /** Makes the change to facts and file; a goal that changed meanwhile is looked at again. */
  async #change(told: GoalEvent, edit: (goal: Goal) => Goal): Promise<Goal> {
    for (;;) {
      const found = await this.#need();
      const next = edit(found.goal);
      if (next === found.goal) return next;
      const seen = { value: found.value, file: found.document.hash, told };
      if (!(await this.#fact.change(next, seen))) continue;
      // What is stated and not printed yet is printed by whoever looks first.
      await this.#find();
      return next;
    }
  }

  /** Brings the file to what the facts say, with its history; somebody else may be first. */
  async #print({ goal, file, document }: Omit<Found, 'value'>, stated: StatedGoal): Promise<void> {
    const { folder, by } = this.#world;
    const { day } = this.#world.now();
    const { goal: next = goal, told = written } = stated;
    const edited = addGoalHistory(fileOfGoal(file, goal, next), `${day} — ${told.prose}`);
    const text = printGoalFile(setGoalField(edited, 'last_progress_check', day));
    const { ok } = await folder.writeDocument(document.path, text, { by, ifHash: document.hash });
    if (!ok) return;
    await this.tell(told.event);
    // A mark that comes too late is none: the next one who looks sees that file and facts agree.
    await this.#fact.mark(next, sha256(text), stated);
  }

  async #need(): Promise<Found> {
    const found = await this.#find();
    if (found !== undefined) return found;
    throw noGoal(this.#name, this.#path('goal.md'));
  }

  /** The goal of the file. What a hand wrote is stated; what was stated and not yet printed is printed. */
  async #find(): Promise<Found | undefined> {
    const path = this.#path('goal.md');
    for (;;) {
      // Before the file: one that is newer than what was stated is told apart by the mark that fails.
      const stated = await this.#fact.read();
      const document = await this.#world.folder.readDocument(path);
      if (document === undefined) return undefined;
      const file = parseGoalFile(document.content, path);
      const goal = goalOfFile(file, { agent: this.#name.agent, id: this.#name.id });
      const isSame = isSameGoal(stated.goal, goal);
      const isSeen = stated.file === document.hash;
      if (isSeen && isSame) return { goal, file, document, value: stated.value ?? null };
      if (isSeen && stated.goal !== undefined) {
        await this.#print({ goal, file, document }, stated);
        continue;
      }
      const value = await this.#fact.mark(goal, document.hash, stated);
      if (value === undefined) continue;
      if (stated.goal !== undefined && !isSame) await this.tell({ event: 'goal_edited_by_hand' });
      return { goal, file, document, value };
    }
  }

  #path(file: string): string {
    return goalPath(this.#name, file);
  }

  async #freePath(stem: string): Promise<string> {
    for (let number = 0; ; number += 1) {
      const path = `${stem}${number === 0 ? '' : `_${number}`}.md`;
      if ((await this.#world.folder.readDocument(path)) === undefined) return path;
    }
  }
}

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
