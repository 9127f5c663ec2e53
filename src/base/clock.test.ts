import { expect, test } from 'vitest';
import { systemClock } from './clock.ts';

test('sleep that is cut short rejects with the reason it was given', async () => {
  const stop = new AbortController();
  const asleep = systemClock.sleep(60_000, stop.signal);
  stop.abort('enough');
  await expect(asleep).rejects.toBe('enough');
  await expect(systemClock.sleep(60_000, stop.signal)).rejects.toBe('enough');
});

test('sleep that ends leaves nothing on its signal', async () => {
  const stop = new AbortController();
  await systemClock.sleep(0, stop.signal);
  expect(() => stop.abort()).not.toThrow();
});
