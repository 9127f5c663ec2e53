import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { testMachine } from '../machine.ts';

test('datum eval says of each case how it came out, commits, and ends with 1 when one did not pass; answers are checked', () => {
  const machine = testMachine();
  const root = machine.path('harbor');
  cpSync(join(import.meta.dirname, '../../examples/harbor'), root, { recursive: true });
  const at = { in: root };
  machine.datum(['boot', root]);
  const models = ['--model', 'flux/think', '--judge-model', 'flux/think'];
  const ran = machine.datum(['eval', 'harbor', '--category', 'happy', ...models], at);
  expect(ran.code).toBe(1);
  expect(ran.out).toMatch(/judge_error +- +happy\/001_quote_with_page[\s\S]*0 of 2 passed/);
  expect(machine.git(['status', '--porcelain'], at)).toBe('');
  const history = machine.datum(['show', 'eval:harbor/002_reading_order'], at);
  expect(history.out).toContain('judge_error');
  const { run } = machine.json(['run', 'harbor', 'is 997 prime?', '--model', 'flux/think'], at);
  expect(machine.json(['research', 'check', run], at)).toEqual({ looked: [run], findings: [] });
  const wrong = machine.datum(['eval', 'harbor', '--category', 'odd'], at);
  expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining('happy, edge')]);
  const none = machine.datum(['eval', 'harbor', '--test', '001', ...models], at);
  expect([none.code, none.err]).toEqual([2, expect.stringContaining('001_quote_with_page')]);
}, 120_000);
