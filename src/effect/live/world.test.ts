import { expect, test } from 'vitest';
import { manualClock, seededRandom } from '../../base/index.ts';
import {
  clockNow,
  clockSleep,
  environmentRead,
  liveClock,
  liveEnvironment,
  liveRandom,
  perform,
  randomBytes,
  randomId,
  randomUniform,
  within,
} from '../index.ts';

test('time comes from the clock that is given', async () => {
  const clock = manualClock(1_000_000);
  await within([liveClock(clock)], async () => {
    expect(await perform(clockNow, {})).toBe(1_000_000);
    await perform(clockSleep, { millis: 5 });
    expect(await perform(clockNow, {})).toBe(1_005_000);
    const aborted = perform(clockSleep, { millis: 5 }, { signal: AbortSignal.abort() });
    await expect(aborted).rejects.toMatchObject({ name: 'AbortError' });
    await expect(perform(clockSleep, { millis: -1 })).rejects.toMatchObject({
      code: 'spec/invalid',
    });
  });
});

test('chance comes from the source that is given, so the same source gives the same', async () => {
  const draw = () =>
    within([liveRandom({ random: seededRandom('s'), clock: manualClock(0) })], async () => [
      await perform(randomBytes, { count: 4 }),
      await perform(randomUniform, {}),
      await perform(randomId, {}),
    ]);
  const first = await draw();
  expect(await draw()).toEqual(first);
  expect(first).toMatchObject([
    { $bytes: expect.stringMatching(/^.{6}==$/) },
    expect.closeTo(0.5, 0),
    expect.stringMatching(/^00000000-0000-7/),
  ]);
});

test('only allowed names of the environment are read', async () => {
  const environment = { LANG: 'C', SECRET: 'hidden' };
  await within([liveEnvironment({ environment, names: ['LANG', 'UNSET'] })], async () => {
    expect(await perform(environmentRead, { name: 'LANG' })).toBe('C');
    expect(await perform(environmentRead, { name: 'UNSET' })).toBeNull();
    await expect(perform(environmentRead, { name: 'SECRET' })).rejects.toMatchObject({
      code: 'effect/name-refused',
      kind: 'refused',
    });
  });
});
