import { rmSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ModelAnswer } from '../../src/model/index.ts';
import { adoptedHome, type Crash, crashAndResume } from './crash-world.ts';

const script: readonly Partial<ModelAnswer>[] = [
  {
    toolCalls: [
      { id: '1', name: 'compute', input: { question: 'is 997 prime' } },
      { id: '2', name: 'write_file', input: { path: 'wiki/primes.md', text: '997 is prime.\n' } },
      {
        id: '3',
        name: 'atomic_capture',
        input: {
          type: 'reference',
          name: 'A prime',
          description: '997 is prime',
          confidence: 'high',
          sources: ['compute'],
          body: '997 is prime.',
        },
      },
    ],
  },
  { text: 'It is.' },
];

let home = '';
beforeAll(async () => {
  home = await adoptedHome();
}, 60_000);
afterAll(() => rmSync(home, { recursive: true, force: true }));

const crash = (diesAt: number, when: Crash['when']) =>
  crashAndResume({
    home,
    diesAt,
    when,
    reply: (request) => script[(request.messages.length - 1) / 2] ?? {},
  });

test('a run killed before or after any of its transactions is resumed: each request once, spend complete', async () => {
  const whole = await crash(10_000, 'before');
  expect(whole).toMatchObject({ ended: { text: 'It is.' }, requests: 2 });
  expect(whole.lines.filter(({ primitive }) => primitive === 'agent_call')).toHaveLength(1);
  const points = Array.from(
    { length: whole.total - whole.before },
    (_, index) => whole.before + index + 1,
  );
  for (const when of ['before', 'after'] as const) {
    // Before one is after the one before it, but for the files written between: a third will do.
    for (const point of points.filter((each) => when === 'after' || each % 3 === 0)) {
      const { run, lines, journal, requests, distinct, lost, ...rest } = await crash(point, when);
      if (run === undefined) continue;
      const notes = rest.notes.filter((name) => name.includes('a_prime'));
      const at = `${when} ${point}${lost ? ', lost' : ''}`;
      const calls = lines.filter(({ primitive }) => primitive === 'agent_call');
      const usd = calls.reduce((sum, line) => sum + Number(line.cost_usd ?? 0), 0);
      expect([at, distinct, usd.toFixed(6)]).toEqual([at, 2, '0.009000']);
      // Only an answer that was on its way at the kill is asked for again, at a person's word.
      expect([at, requests <= (lost ? 3 : 2)]).toEqual([at, true]);
      expect([at, lost ? rest.unbidden : 0]).toEqual([at, 0]);
      expect([at, rest.spentUsd >= 0.0045 * requests]).toEqual([at, true]);
      expect([at, calls.filter(({ status }) => status === 'ok').length]).toEqual([at, 1]);
      expect([at, journal.match(/^## /gm)?.length, notes.length]).toEqual([at, 1, 1]);
    }
  }
}, 180_000);
