import { Cron } from 'croner';
import type { Micros } from '../base/index.ts';

/** When a schedule comes: cron fields, read in a time zone. */
export interface Recurrence {
  readonly cron: string;
  readonly zone: string;
}

const job = ({ cron, zone }: Recurrence): Cron => new Cron(cron, { timezone: zone, paused: true });
const dateOf = (at: Micros): Date => new Date(Math.floor(at / 1000));
const microsOf = (date: Date): Micros => date.getTime() * 1000;

/**
 * The newest tick after `after` and not after `now`; `undefined` when there is none. What was missed
 * in between comes once. A time that a clock change leaves out comes when the gap ends; one that it
 * repeats comes the first time.
 *
 * @example
 * const daily = { cron: '0 7 * * *', zone: 'UTC' };
 * dueTick(daily, { after: 0, now: 200_000_000_000 }); // => 198000000000
 */
export function dueTick(
  recurrence: Recurrence,
  { after, now }: { readonly after: Micros; readonly now: Micros },
): Micros | undefined {
  const [newest] = job(recurrence).previousRuns(1, dateOf(now + 1_000_000));
  const at = newest === undefined ? undefined : microsOf(newest);
  return at !== undefined && at > after && at <= now ? at : undefined;
}

/** The first tick after a time; `undefined` when none comes any more. */
export function nextTick(recurrence: Recurrence, after: Micros): Micros | undefined {
  const next = job(recurrence).nextRun(dateOf(after));
  return next === null ? undefined : microsOf(next);
}
