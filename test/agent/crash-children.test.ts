import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ModelRequest } from '../../src/model/index.ts';
import { adoptedHome, type Crash, crashAndResume } from './crash-world.ts';

/** Two agents beside harbor, who may delegate to them. */
function team(root: string): void {
  writeFileSync(join(root, 'roster.md'), '## Delegate to\n\n- editor\n- checker\n');
  for (const name of ['editor', 'checker']) {
    const folder = join(root, 'agents', name);
    mkdirSync(join(folder, 'persona'), { recursive: true });
    for (const file of ['IDENTITY', 'SOUL', 'USER']) {
      writeFileSync(join(folder, `persona/${file}.md`), `# ${name}\n`);
    }
    writeFileSync(join(folder, 'tools.md'), '# TOOLS\n\n## Write paths\n\n- memory/\n');
    writeFileSync(join(folder, 'model.md'), '## Default model\n\n`claude-haiku-4-5-20251001`\n');
  }
}

let home = '';
beforeAll(async () => {
  home = await adoptedHome(team);
}, 60_000);
afterAll(() => rmSync(home, { recursive: true, force: true }));

const call = (id: string, name: string, input: object) => ({ id, name, input: { ...input } });

/** Harbor does the given calls in one turn each and ends; helpers and delegates answer what they were asked. */
const harborDoes =
  (...turns: readonly (readonly [name: string, input: object])[]) =>
  ({ system, messages }: ModelRequest) => {
    const turn = (messages.length - 1) / 2;
    if (system.length === 0) return { text: `helped (p. 1): ${JSON.stringify(messages[0])}` };
    const who = /# IDENTITY\.md\n\n# (editor|checker)/.exec(system[0]?.text ?? '')?.[1];
    if (who === undefined) {
      const [name, input] = turns[turn] ?? [];
      return name === undefined
        ? { text: 'It is.' }
        : { toolCalls: [call(`${turn}`, name, input ?? {})] };
    }
    // A delegate computes, asks a helper of its own, remembers, and answers.
    if (turn === 0) {
      return {
        toolCalls: [
          call('1', 'compute', { question: 'is 7 prime' }),
          call('2', 'helper_call', { prompt: `${who} asks` }),
          call('3', 'atomic_capture', {
            type: 'reference',
            name: `Seen by ${who}`,
            description: 'It was seen',
            confidence: 'high',
            sources: ['compute'],
            body: 'Seen.',
          }),
        ],
      };
    }
    return { text: `${who} is done` };
  };

const usdOf = (lines: readonly Record<string, unknown>[]): string =>
  lines.reduce((sum, line) => sum + Number(line['cost_usd'] ?? 0), 0).toFixed(6);

const okRuns = (lines: readonly Record<string, unknown>[]) =>
  lines.filter(({ primitive, status }) => primitive === 'agent_call' && status === 'ok').length;

test.each([
  ['a helper', 1, 1, [['helper_call', { prompt: 'one' }]]],
  ['a batch of helpers', 2, 1, [['helper_call_parallel', { prompts: ['one', 'two'] }]]],
  ['a delegate', 1, 2, [['delegate', { target: 'editor', work_item: 'Read.' }]]],
  [
    'a batch of delegates',
    2,
    3,
    [
      [
        'delegate_parallel',
        {
          delegations: [
            { target: 'editor', work_item: 'Read.' },
            { target: 'checker', work_item: 'Check.' },
          ],
        },
      ],
    ],
  ],
] as const)(
  'a run killed at any of its transactions goes on inside %s: each request once, spend complete',
  async (_, inFlight, runs, turns) => {
    const reply = harborDoes(...turns);
    const crash = (diesAt: number, when: Crash['when']) =>
      crashAndResume({ home, diesAt, when, reply });
    // A batch of delegates has three times the transactions of the others, and the same kinds.
    const stride = runs === 3 ? 3 : 1;
    const whole = await crash(10_000, 'after');
    expect(whole.result).toMatchObject({ text: 'It is.' });
    expect(okRuns(whole.lines)).toBe(runs);
    expect(whole.distinct).toBe(whole.requests);
    expect(whole.spentUsd.toFixed(6)).toBe(usdOf(whole.lines));
    for (let point = whole.before + 1; point <= whole.total; point += stride) {
      const { run, result, lost, lines, distinct, requests, ...rest } = await crash(point, 'after');
      if (run === undefined) continue;
      const at = `after ${point}${lost ? ', lost' : ''}`;
      expect([at, result]).toEqual([at, expect.objectContaining({ text: 'It is.' })]);
      expect([at, distinct]).toEqual([at, whole.distinct]);
      // Only answers that were on their way at the kill are asked for again, at a person's word.
      expect([at, requests - distinct <= (lost ? inFlight : 0)]).toEqual([at, true]);
      expect([at, okRuns(lines)]).toEqual([at, runs]);
      expect([at, usdOf(lines)]).toEqual([at, usdOf(whole.lines)]);
      const known = Number(usdOf(whole.lines));
      // What nobody knows counts at its bound, never at less than it can have cost.
      const spent = [rest.spentUsd >= known, lost || rest.spentUsd.toFixed(6) === usdOf(lines)];
      expect([at, ...spent]).toEqual([at, true, true]);
    }
  },
  180_000,
);
