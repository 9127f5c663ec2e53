import { expect, test } from 'vitest';
import { manualClock } from '../../base/index.ts';
import { z } from '../../spec/index.ts';
import {
  answer,
  defineOperation,
  EffectError,
  liveHandler,
  perform,
  type Span,
  trace,
  within,
} from '../index.ts';

test('every effect is traced when it ends, with its time and how it ended', async () => {
  const clock = manualClock(1000);
  const spans: Span[] = [];
  const work = defineOperation({
    name: 'demo/work',
    kind: 'write',
    input: z.number(),
    output: z.null(),
  });
  const live = liveHandler('live', [
    answer(work, (micros) => {
      clock.advance(micros);
      if (micros === 7) throw new EffectError({ code: 'demo/no', message: 'no', hint: '' });
      if (micros === 8) throw new TypeError('bug');
      return null;
    }),
  ]);
  await within([trace({ clock, onEnd: (span) => spans.push(span) }), live], async () => {
    for (const micros of [5, 7, 8]) await perform(work, micros).catch(() => null);
  });
  const common = { operation: 'demo/work', kind: 'write' };
  expect(spans).toEqual([
    { ...common, startedAt: 1000, micros: 5, outcome: 'ok' },
    { ...common, startedAt: 1005, micros: 7, outcome: 'demo/no' },
    { ...common, startedAt: 1012, micros: 8, outcome: 'effect/failed' },
  ]);
});
