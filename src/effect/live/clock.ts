import type { Clock } from '../../base/index.ts';
import { z } from '../../spec/index.ts';
import type { Handler } from '../handler.ts';
import { answer, liveHandler } from '../live-handler.ts';
import { defineOperation } from '../operation.ts';

/** The time, in whole microseconds since 1970. */
export const clockNow = defineOperation({
  name: 'clock/now',
  kind: 'read',
  isInstant: true,
  input: z.object({}),
  output: z.int(),
});

/** Waits; a resumed run does not wait again. */
export const clockSleep = defineOperation({
  name: 'clock/sleep',
  kind: 'read',
  input: z.object({ millis: z.number().min(0) }),
  output: z.null(),
});

/** Performs the clock's operations with a clock. */
export const liveClock = (clock: Clock): Handler =>
  liveHandler('clock', [
    answer(clockNow, () => clock.now()),
    answer(clockSleep, async ({ millis }, { signal }) => {
      await clock.sleep(millis, signal);
      return null;
    }),
  ]);
