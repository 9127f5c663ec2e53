import { AsyncLocalStorage } from 'node:async_hooks';
import type { Entry } from './unwritten.ts';

/** A step that other steps are performed inside of. */
export interface OuterStep {
  /** What says that it was begun, if that is not written yet, for the first write from inside. */
  opening(): Promise<Entry>;
}

/**
 * A sequence of steps that are numbered one after another: a run's own steps, the steps performed
 * inside one step, or the steps of one parallel task.
 */
export interface Lane {
  readonly run: string;
  /** What stands before a step's number, such as `4.` or nothing. */
  readonly prefix: string;
  /** The step the lane is inside of. */
  readonly outer: OuterStep | undefined;
  /** Steps numbered so far. */
  taken: number;
}

export const newLane = (run: string, prefix: string, outer?: OuterStep): Lane => ({
  run,
  prefix,
  outer,
  taken: 0,
});

/** The next step's address, taken at once so that the order of the calls is the order of the steps. */
export function takeAddress(lane: Lane): string {
  lane.taken += 1;
  return `${lane.prefix}${lane.taken}`;
}

const lanes = new AsyncLocalStorage<Lane>();

/** The lane in force, when it belongs to the run. */
export function currentLane(run: string): Lane | undefined {
  const lane = lanes.getStore();
  return lane?.run === run ? lane : undefined;
}

export const inLane = <T>(lane: Lane, fn: () => T): T => lanes.run(lane, fn);
