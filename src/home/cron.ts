import type { RunOptions, RunResult } from '../agent/index.ts';
import { DatumError, type Micros } from '../base/index.ts';
import {
  dueTick,
  type Kept,
  keptBy,
  nextTick,
  type Recurrence,
  type ScheduleName,
  takeSchedule,
  tickCut,
  tickDone,
  tickKey,
} from '../work/index.ts';
import type { Home } from './home.ts';
import { type ScheduleDocument, scheduleDocuments } from './schedule-files.ts';
import { trustIn } from './trusted-files.ts';

/** A schedule of the folder, and whether this machine has trusted its file. */
export interface HeldSchedule extends ScheduleName {
  /** Of its file, relative to the home. */
  readonly path: string;
  readonly trust: 'trusted' | 'changed' | 'unknown';
  readonly recurrence: Recurrence;
  readonly workItem: string;
  readonly model?: string;
}

/** A schedule of the home: whether it runs here, and when. */
export interface ScheduleState extends HeldSchedule {
  /** `here`: this working copy keeps it; `free`: nobody does yet. */
  readonly keeper: 'here' | 'free' | 'elsewhere';
  /** The writer that keeps it; absent while nobody does. */
  readonly owner?: string;
  readonly next: Micros | undefined;
}

/** What became of one tick. */
export type TickReport = HeldSchedule & { readonly tick: Micros } & (
    | { readonly result: RunResult }
    | { readonly error: DatumError; readonly later: boolean }
  );

/** The schedules of all agents, in the order of their files; nothing is run or taken. */
export async function listSchedules(home: Home): Promise<readonly ScheduleState[]> {
  const database = await home.log.at();
  const now = home.log.clock.now();
  return Promise.all(
    (await readSchedules(home)).map(async (held) => {
      const kept = await keptBy(held, database);
      const owner = kept === undefined ? {} : { owner: kept.owner };
      return {
        ...held,
        ...owner,
        keeper: keeperOf(home, kept),
        next: nextTick(held.recurrence, now),
      };
    }),
  );
}

/** The schedules that can be read; those of a damaged file are none of them. */
async function readSchedules(home: Home): Promise<readonly HeldSchedule[]> {
  const trustOf = trustIn(home);
  return (await scheduleDocuments(home)).flatMap(({ agent, path, hash, schedules }) =>
    schedules.map(({ name, cron, zone, workItem, model }) => ({
      agent,
      schedule: name,
      path,
      trust: trustOf(path, hash),
      recurrence: { cron, zone },
      workItem,
      ...(model === undefined ? {} : { model }),
    })),
  );
}

/** The schedule files that cannot be read, with what is wrong. */
export const damagedSchedules = async (home: Home): Promise<readonly ScheduleDocument[]> =>
  (await scheduleDocuments(home)).filter(({ problems }) => problems.length > 0);

const keeperOf = ({ log }: Home, kept: Kept | undefined): ScheduleState['keeper'] =>
  kept === undefined ? 'free' : kept.owner === log.signer?.writer ? 'here' : 'elsewhere';

/** Makes this working copy the keeper of the schedules that another one keeps; what it took. */
export async function takeOver(home: Home): Promise<readonly ScheduleState[]> {
  const foreign = (await listSchedules(home)).filter(({ keeper }) => keeper === 'elsewhere');
  for (const schedule of foreign) await takeSchedule(home.log, schedule, schedule.owner);
  return foreign;
}

export interface CronOptions extends RunOptions {
  /** Told of each tick before it runs. */
  readonly onTick?: (schedule: HeldSchedule, tick: Micros) => void;
}

/**
 * Runs what is due now, one after another: the schedules this machine trusts and this working copy
 * keeps, each missed tick once. A schedule nobody keeps is taken, from now on.
 */
export async function runDue(
  home: Home,
  options: CronOptions = {},
): Promise<readonly TickReport[]> {
  await home.reconcile();
  const reports: TickReport[] = [];
  for (const schedule of await readSchedules(home)) {
    if (options.signal?.aborted === true) break;
    if (schedule.trust !== 'trusted') continue;
    const database = await home.log.at();
    const kept = (await keptBy(schedule, database)) ?? (await takeSchedule(home.log, schedule));
    if (kept === undefined || keeperOf(home, kept) !== 'here') continue;
    const now = home.log.clock.now();
    const tick = dueTick(schedule.recurrence, { after: kept.done, now });
    if (tick === undefined) continue;
    options.onTick?.(schedule, tick);
    reports.push(await runTick(home, { schedule, tick, kept, options }));
  }
  if (reports.length > 0) await home.commit('cron: schedules');
  return reports;
}

interface Tick {
  readonly schedule: HeldSchedule;
  readonly tick: Micros;
  readonly kept: Kept;
  readonly options: CronOptions;
}

/** Runs an agent for one tick, under a key that makes it happen once. */
async function runTick(home: Home, of: Tick): Promise<TickReport> {
  const { schedule, tick } = of;
  try {
    const result = await runOrResume(home, of);
    if (result.status === 'interrupted') await tickCut(home.log, schedule, result.run);
    else await tickDone(home.log, schedule, { tick, run: result.replayedRun ?? result.run });
    return { ...schedule, tick, result };
  } catch (error) {
    if (!(error instanceof DatumError)) throw error;
    // While somebody is at work the tick comes again; whatever else went wrong, it is done, failed.
    const later = error.kind === 'busy';
    if (!later) await tickDone(home.log, schedule, { tick });
    return { ...schedule, tick, error, later };
  }
}

/** A run that was begun for the schedule and cut off goes on where it stopped. */
async function runOrResume(
  home: Home,
  { schedule, tick, kept, options }: Tick,
): Promise<RunResult> {
  const { agent, schedule: name, workItem, model } = schedule;
  const door = await home.agent(agent);
  if (kept.cut !== undefined) return door.resume(kept.cut, options);
  const request = {
    workItem,
    trigger: 'cron' as const,
    idempotencyKey: tickKey({ agent, schedule: name, every: 'minute', at: tick }),
    ...(model === undefined ? {} : { model }),
  };
  try {
    return await door.run(request, options);
  } catch (error) {
    // Under the agent's lock: whoever holds the key is no longer alive.
    const isDead = error instanceof DatumError && error.code === 'agent/in-flight';
    const dead = isDead ? error.data['run'] : undefined;
    if (typeof dead !== 'string') throw error;
    return door.resume(dead, options);
  }
}

/** A changed folder and a clock that was set are seen after at most so long. */
const SLEEP_MILLIS_MAX = 60_000;

/** Runs what is due, again and again, until the signal aborts. */
export async function keepSchedules(
  home: Home,
  { onReport, ...options }: CronOptions & { readonly onReport: (report: TickReport) => void },
): Promise<void> {
  const { clock } = home.log;
  while (options.signal?.aborted !== true) {
    for (const report of await runDue(home, options)) onReport(report);
    const times = (await listSchedules(home)).flatMap(({ next }) => next ?? []);
    const wait = (Math.min(...times) - clock.now()) / 1000;
    await clock
      .sleep(Math.max(1, Math.min(SLEEP_MILLIS_MAX, Math.ceil(wait))), options.signal)
      .catch((error: unknown) => {
        if (options.signal?.aborted !== true) throw error;
      });
  }
}
