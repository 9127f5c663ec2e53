import { expect, test } from 'vitest';
import { manualClock, seededRandom } from '../base/index.ts';
import { memoryLog } from '../fact/index.ts';
import { logOutcomes, type Outcome } from './index.ts';

const outcome: Outcome = {
  run: 'outcome-2',
  description: 'a tide table',
  rubric: 'inline: correct for June',
  status: 'satisfied',
  explanation: 'all days are right',
  iterations: [{ iteration: 0, agent_cost_usd: 0.01, judge_cost_usd: 0.002 }],
  costUsd: 0.012,
  started: '2026-06-01T00:00:00.000000Z',
  ended: '2026-06-01T00:01:00.000000Z',
  files: ['tides.csv'],
};

test('a result is written once, read back whole, and listed by agent', async () => {
  const log = await memoryLog({ clock: manualClock(1_000), random: seededRandom('outcome') });
  const outcomes = logOutcomes(log);
  expect(await outcomes.list('harbor')).toEqual([]);
  expect(await outcomes.read('harbor', 'outcome-2')).toBeUndefined();
  await outcomes.write('harbor', outcome);
  await outcomes.write('harbor', { ...outcome, run: 'outcome-1' });
  const again = outcomes.write('harbor', { ...outcome, status: 'failed' });
  await expect(again).rejects.toMatchObject({ code: 'work/outcome-written' });
  expect(await outcomes.read('harbor', 'outcome-2')).toEqual(outcome);
  expect(await outcomes.list('harbor')).toEqual(['outcome-1', 'outcome-2']);
  expect(await outcomes.list('pier')).toEqual([]);
});
