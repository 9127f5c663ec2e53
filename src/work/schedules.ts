import type { Micros } from '../base/index.ts';
import type { Database, FactInput, Log } from '../fact/index.ts';

/** A schedule of an agent, by name. */
export interface ScheduleName {
  readonly agent: string;
  readonly schedule: string;
}

/** Who keeps a schedule, and how far. */
export interface Kept {
  /** The writer that runs it: one working copy on one machine. */
  readonly owner: string;
  /** The newest tick that is done, or when it was taken over. */
  readonly done: Micros;
  /** A run of it that was interrupted and is to be gone on with. */
  readonly cut?: string;
}

const AGENT = 'schedule/agent';
const OWNER = 'schedule/owner';
const DONE = 'schedule/done';
const RUN = 'schedule/run';
const CUT = 'schedule/cut';

const entityOf = ({ agent, schedule }: ScheduleName): string => `schedule:${agent}/${schedule}`;

/**
 * Who keeps a schedule; `undefined` while nobody does. The word of an unknown writer counts: it can
 * make a schedule rest here, never run, for what runs is what this machine has trusted.
 */
export async function keptBy(name: ScheduleName, database: Database): Promise<Kept | undefined> {
  const owner = await database.get(entityOf(name), OWNER);
  if (typeof owner !== 'string') return undefined;
  const done = Number((await database.get(entityOf(name), DONE)) ?? 0);
  const cut = await database.get(entityOf(name), CUT);
  return { owner, done, ...(typeof cut === 'string' ? { cut } : {}) };
}

/** Takes a schedule for this working copy, from now on: what was missed before is not made up for. */
export async function takeSchedule(
  log: Log,
  name: ScheduleName,
  from?: string,
): Promise<Kept | undefined> {
  const e = entityOf(name);
  // A copy that has never written has no name yet.
  if (log.signer === undefined) await log.transact([{ e, a: AGENT, v: name.agent }]);
  const owner = log.signer?.writer;
  if (owner === undefined) return undefined;
  const done = log.clock.now();
  const facts = [
    { e, a: AGENT, v: name.agent },
    { e, a: OWNER, v: owner },
    { e, a: DONE, v: done },
  ];
  const condition =
    from === undefined ? { e, a: OWNER, absent: true as const } : { e, a: OWNER, is: from };
  const taken = await log.transact(facts, {
    why: { source: 'cron' },
    if: [condition],
  });
  return taken.ok ? { owner, done } : undefined;
}

/** Writes that a tick is done, and by which run. */
export async function tickDone(
  log: Log,
  name: ScheduleName,
  { tick, run }: { readonly tick: Micros; readonly run?: string },
): Promise<void> {
  const e = entityOf(name);
  const ran = run === undefined ? [] : [{ e, a: RUN, v: run }];
  const facts: readonly FactInput[] = [
    { e, a: DONE, v: tick },
    ...ran,
    { e, a: CUT, op: 'retract' },
  ];
  await log.transact(facts, { why: { source: 'cron' } });
}

/** Writes that the run of a tick was interrupted, so that it is gone on with. */
export async function tickCut(log: Log, name: ScheduleName, run: string): Promise<void> {
  const fact = { e: entityOf(name), a: CUT, v: run };
  await log.transact([fact], { why: { source: 'cron' } });
}
