import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { testMachine } from '../machine.ts';

test('datum dream shows the dream of harbor, and a dream nobody can word fails and is committed', () => {
  const machine = testMachine();
  const root = machine.path('harbor');
  cpSync(join(import.meta.dirname, '../../examples/harbor'), root, { recursive: true });
  const at = { in: root };
  machine.datum(['boot', root]);
  expect(machine.json(['dream', 'harbor', '--list'], at)).toMatchObject([{ status: 'completed' }]);
  const review = machine.datum(['dream', 'harbor', '--review'], at);
  expect(review.out).toMatch(/Eleven notes read[\s\S]*nothing would change/);
  const failed = machine.datum(
    ['dream', 'harbor', '--journal-lookback', '99999', '--model', 'flux/think'],
    at,
  );
  expect([failed.code, failed.err]).toEqual([1, expect.stringContaining('did not answer')]);
  expect(machine.json(['dream', 'harbor', '--status'], at)).toMatchObject({ status: 'failed' });
  expect(machine.datum(['dream', 'harbor', '--apply'], at).code).toBe(2);
  expect(machine.datum(['dream', 'harbor', '--list', '--apply'], at).code).toBe(2);
  machine.json(['dream', 'harbor', '--discard'], at);
  expect(machine.git(['status', '--porcelain'], at)).toBe('');
}, 120_000);
