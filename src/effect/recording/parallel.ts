import { currentStack } from '../perform.ts';
import { inLane } from './lane.ts';
import { RecordHandler } from './record.ts';

/**
 * Runs tasks side by side and waits for all of them; the first failure by position is thrown then.
 * Each task numbers its recorded steps by itself, so a resumed run finds them whatever finished
 * first. Use it wherever tasks perform effects concurrently; unrecorded it is a plain wait for all.
 *
 * @example
 * await inParallel([async () => 1, async () => 2]); // => [1, 2]
 */
export async function inParallel<T>(tasks: readonly (() => Promise<T>)[]): Promise<readonly T[]> {
  const recorder = currentStack().find((handler) => handler instanceof RecordHandler);
  const lanes = await recorder?.fork(tasks.length);
  const settled = await Promise.allSettled(
    tasks.map((task, index) => {
      const lane = lanes?.[index];
      return lane === undefined ? task() : inLane(lane, task);
    }),
  );
  return settled.map((each) => {
    if (each.status === 'rejected') throw each.reason;
    return each.value;
  });
}
