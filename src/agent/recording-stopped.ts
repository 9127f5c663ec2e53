import { currentStack } from '../effect/index.ts';

/** True when the run's record cannot go on: whatever a program would catch now, it must not. */
export const recordingStopped = (): boolean =>
  currentStack().some((handler) => 'stopped' in handler && handler.stopped !== undefined);
