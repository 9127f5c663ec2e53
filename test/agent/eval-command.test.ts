import { appendFileSync, cpSync, readFileSync } from 'node:fs';
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

test('datum eval rates tells how recorded results came out, since a day, of a suite, and as of then', async () => {
  const machine = testMachine();
  const root = machine.path('harbor');
  cpSync(join(import.meta.dirname, '../../examples/harbor'), root, { recursive: true });
  const at = { in: root };
  expect((await machine.run(['open', root])).code).toBe(0);
  const { out } = await machine.run(['eval', 'rates', 'harbor'], at);
  expect(out).toMatch(/^suite +results +scored +passed +hard fails +mean$/m);
  expect(out).toMatch(/^total +5 +5 +4 \(80.0 %\) +1 \(20.0 %\) +4.23 +HF1 1$/m);
  const before = new Date().toISOString();
  const file = join(root, 'evals/runs/2026-06-05.jsonl');
  const [line = ''] = readFileSync(file, 'utf8').split('\n');
  const later = { ...JSON.parse(line), ts: '2026-06-07T10:00:00+02:00', verdict: 'judge_error' };
  appendFileSync(join(root, 'evals/runs/2026-06-07.jsonl'), `${JSON.stringify(later)}\n`);
  const rates = (...more: readonly string[]) =>
    machine.ask(['eval', 'rates', 'harbor', ...more], at);
  expect((await rates()).total).toMatchObject({ results: 6, scored: 5, passRate: 0.8 });
  expect((await rates('--known', before)).total).toMatchObject({ results: 5 });
  expect(await rates('--since', '2026-06-06', '--by', 'day')).toMatchObject({
    ...{ agent: 'harbor', by: 'day', since: '2026-06-06' },
    rows: [{ key: '2026-06-07', results: 1, scored: 0 }],
  });
  const happy = await rates('--suite', 'happy', '--by', 'test');
  expect(happy.rows.map(({ key }: { key: string }) => key)).toEqual([
    '001_quote_with_page',
    '002_reading_order',
  ]);
  for (const wrong of [
    ['--by', 'colour'],
    ['--suite', 'odd'],
    ['--since', 'may'],
  ]) {
    expect((await machine.run(['eval', 'rates', 'harbor', ...wrong], at)).code).toBe(2);
  }
});
