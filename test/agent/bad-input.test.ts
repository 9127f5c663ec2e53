import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  defineTool,
  lintMemory,
  openSnapshot,
  runAgent,
  type Tool,
} from '../../src/agent/index.ts';
import { readInstant } from '../../src/base/index.ts';
import { spendBy } from '../../src/folder/index.ts';
import { z } from '../../src/spec/index.ts';
import { modelsAt } from '../model/ask.ts';
import { openaiServer } from '../model/openai-wire.ts';
import { DAY, NOON, scriptedModel, type TestAgent, testAgent } from './agent-world.ts';

const request = { agent: 'harbor', workItem: 'x' };

test('a folder without model.md is no agent, and the person is told so', async () => {
  const agent = await testAgent(scriptedModel([]), (root) => rmSync(join(root, 'model.md')));
  const refused = runAgent(agent.world, request);
  await expect(refused).rejects.toMatchObject({ code: 'agent/unknown' });
});

test.each([
  ['a model nobody serves', { model: 'nobody/x' }, (text: string) => text],
  ['a provider nobody knows', {}, (text: string) => `${text}\nprovider: nobody\n`],
])('%s is named, and leaves a line without cost', async (_, more, change) => {
  const server = await openaiServer([{ pieces: ['never'] }]);
  const agent = await testAgent(scriptedModel([]), (root) => {
    const path = join(root, 'model.md');
    writeFileSync(path, change(readFileSync(path, 'utf8')));
  });
  const refused = runAgent({ ...agent.world, live: [modelsAt(server)] }, { ...request, ...more });
  await expect(refused).rejects.toMatchObject({ code: 'model/unknown', kind: 'usage' });
  expect(agent.lines()).toMatchObject([{ status: 'error' }]);
  expect(agent.lines()[0]).not.toHaveProperty('cost_usd');
  expect(server.requests).toEqual([]);
});

test('a work item of a megabyte is asked whole; the line has its first words', async () => {
  const model = scriptedModel([{ text: 'long' }]);
  const agent = await testAgent(model);
  const workItem = `Sum up: ${'the ledger goes on. '.repeat(60_000)}`;
  expect(workItem.length).toBeGreaterThan(1 << 20);
  const result = await runAgent(agent.world, { ...request, workItem, critical: true });
  expect(result.text).toBe('long');
  expect(model.requests[0]?.messages.at(-1)).toMatchObject({ text: workItem });
  const summary = String(agent.lines().at(-1)?.['summary']);
  expect(summary.length).toBeLessThanOrEqual(80);
  expect(summary).toMatch(/^Sum up: the ledger .*\.\.\.$/);
});

test('a megabyte that the caps do not bear is refused before anything is asked', async () => {
  const model = scriptedModel([]);
  const agent = await testAgent(model);
  const result = await runAgent(agent.world, { ...request, workItem: 'x'.repeat(4 << 20) });
  expect(result.status).toBe('skipped');
  expect(model.requests).toEqual([]);
});

test('a note that is not UTF-8 stays as it is, is left out of the prompt, and lint names it', async () => {
  const bytes = Buffer.from([0x2d, 0x2d, 0x2d, 0x0a, 0xff, 0xfe, 0x0a]);
  const file = 'user_reading_habits.md';
  const model = scriptedModel([{ text: 'ok' }]);
  const agent = await testAgent(model, (root) => writeFileSync(join(root, 'memory', file), bytes));
  await runAgent(agent.world, request);
  expect(model.requests[0]?.system.some(({ text }) => text.includes(`# ${file}`))).toBe(false);
  expect(readFileSync(join(agent.root, 'memory', file))).toEqual(bytes);
  const database = await agent.log.at();
  const snapshot = await openSnapshot(agent.log, { agent: 'harbor', database });
  const findings = await lintMemory(snapshot, DAY);
  expect(findings).toContainEqual(expect.objectContaining({ kind: 'damaged', files: [file] }));
});

test('half a character in what is asked is refused; in an answer it is mended, for it is paid', async () => {
  const server = await openaiServer([{ pieces: ['broken \ud83d', ' here'] }]);
  const agent = await testAgent();
  const world = { ...agent.world, live: [modelsAt(server)] };
  const refused = runAgent(world, { ...request, workItem: 'broken \ud83d here' });
  await expect(refused).rejects.toMatchObject({ code: 'agent/not-text', kind: 'usage' });
  const result = await runAgent(world, { ...request, model: 'gpt-5-mini' });
  expect(result.text).toBe('broken \ufffd here');
});

test('a work item on standard input that is not UTF-8 is refused rather than changed', () => {
  const { code, err } = spawned(Buffer.from([0x69, 0x73, 0xff, 0x3f]));
  expect(code).toBe(2);
  expect(err).toContain('standard input is not UTF-8');
});

/** `datum run harbor` with bytes on its standard input. */
function spawned(input: Buffer) {
  const bin = join(import.meta.dirname, '../../bin/datum.js');
  const { status, stderr } = spawnSync(process.execPath, [bin, 'run', 'harbor'], { input });
  return { code: status, err: stderr.toString() };
}

/** A tool that does something in the middle of a run. */
const meanwhile = (run: () => unknown): Tool =>
  defineTool({
    name: 'meanwhile',
    description: 'waits',
    kind: 'read',
    input: z.strictObject({}),
    run: async () => {
      await run();
      return 'done';
    },
  });

const use = { toolCalls: [{ id: '1', name: 'meanwhile', input: {} }] };
const captured = {
  id: '2',
  name: 'atomic_capture',
  input: {
    type: 'feedback',
    name: 'Bottom line first',
    description: 'Lead with the answer',
    confidence: 'high',
    sources: ['conversation_2026-06-08'],
    body: 'Answer first.',
  },
};

test('a note and an index written by hand during the run: neither side is lost', async () => {
  const agent = await testAgent(scriptedModel([use, { text: 'ok', toolCalls: [captured] }]));
  const file = join(agent.root, 'memory/feedback_bottom_line_first.md');
  const index = join(agent.root, 'memory/INDEX.md');
  const byHand = readFileSync(join(agent.root, 'memory/feedback_answer_order.md'), 'utf8');
  const hand = meanwhile(() => {
    writeFileSync(file, byHand);
    writeFileSync(index, `${readFileSync(index, 'utf8')}\nWritten by hand.\n`);
  });
  const result = await runAgent(agent.world, request, { tools: [hand] });
  expect(result).toMatchObject({ status: 'ok', captures: [] });
  expect(readFileSync(file, 'utf8')).toBe(byHand);
  expect(readFileSync(index, 'utf8')).toContain('Written by hand.');
  const failed = agent.lines().find(({ trigger }) => trigger === 'capture_write_error');
  expect(String(failed?.['error'])).toContain('agent/note-exists');
  const steps = JSON.stringify(await agent.log.search('Answer first', { limit: 5 }));
  expect(steps.length).toBeGreaterThan(0);
});

test('an index edited by hand during the run gets its new line beside the edit', async () => {
  const agent = await testAgent(scriptedModel([use, { text: 'ok', toolCalls: [captured] }]));
  const index = join(agent.root, 'memory/INDEX.md');
  const hand = meanwhile(() => {
    writeFileSync(index, `${readFileSync(index, 'utf8')}\nWritten by hand.\n`);
  });
  const result = await runAgent(agent.world, request, { tools: [hand] });
  expect(result.captures).toEqual(['feedback_bottom_line_first.md']);
  expect(readFileSync(index, 'utf8')).toContain('Written by hand.');
  expect(readFileSync(index, 'utf8')).toContain('(feedback_bottom_line_first.md)');
});

/** An agent whose clock stands at a time, in a zone. */
async function agentAt(time: string, zone: string, model = scriptedModel([])): Promise<TestAgent> {
  const agent = await testAgent(model);
  agent.clock.advance((readInstant(time) as number) - NOON);
  return { ...agent, world: { ...agent.world, zone } };
}

test.each([
  ['midnight', '2026-06-09T23:59:59Z', 2, '2026-06-10'],
  ['the end of a month', '2026-06-30T23:59:59Z', 2, '2026-07-01'],
  ['the end of a year', '2026-12-31T23:59:59Z', 2, '2027-01-01'],
  ['a clock that is set back over midnight', '2026-06-10T00:00:01Z', -2, '2026-06-09'],
])('a run over %s is recorded on the day it ends', async (_, begins, seconds, day) => {
  const model = scriptedModel([use, { text: 'ok' }]);
  const agent = await agentAt(begins, 'UTC', model);
  const jump = meanwhile(() => agent.clock.advance(seconds * 1_000_000));
  const result = await runAgent(agent.world, request, { tools: [jump] });
  expect(agent.lines(day).at(-1)).toMatchObject({ run_id: result.run, cost_usd: 0.009 });
  expect(agent.read(`journal/${day.slice(0, 7)}/${day}.md`)).toContain(result.run);
  const spent = await spendBy(agent.log, 'day', { from: '2026-06-06' });
  expect(spent).toEqual([{ key: day, usd: 0.009, records: 1 }]);
});

describe('the days on which clocks change', () => {
  const zone = 'Europe/Berlin';
  test.each([
    [
      'of 25 hours',
      '2026-10-25',
      [
        '2026-10-24T22:00:01Z',
        '2026-10-25T00:30:00Z',
        '2026-10-25T01:30:00Z',
        '2026-10-25T22:59:58Z',
      ],
      [
        '00:00:01.000000+02:00',
        '02:30:00.000000+02:00',
        '02:30:00.000000+01:00',
        '23:59:58.000000+01:00',
      ],
      '2026-10-25T23:00:01Z',
      '2026-10-26',
    ],
    [
      'of 23 hours',
      '2026-03-29',
      [
        '2026-03-28T23:00:01Z',
        '2026-03-29T00:59:59Z',
        '2026-03-29T01:00:01Z',
        '2026-03-29T21:59:58Z',
      ],
      [
        '00:00:01.000000+01:00',
        '01:59:59.000000+01:00',
        '03:00:01.000000+02:00',
        '23:59:58.000000+02:00',
      ],
      '2026-03-29T22:00:01Z',
      '2026-03-30',
    ],
  ] as const)('a day %s counts once, under one cap', async (_, day, times, shown, after, next) => {
    const model = scriptedModel([...times, after].map(() => ({ text: 'ok' })));
    const agent = await agentAt(times[0], zone, model);
    const settings = {
      caps: [{ scope: 'day' as const, usd: 1, action: 'skip' as const }],
      warningThresholds: [],
    };
    const { openBudget } = await import('../../src/guard/index.ts');
    const { log, clock, random } = agent.world;
    const budget = openBudget({ log, clock, random, zone });
    const at = async (time: string): Promise<void> => {
      agent.clock.advance((readInstant(time) as number) - agent.clock.now());
      await runAgent({ ...agent.world, budget }, request);
    };
    for (const time of times) await at(time);
    const lines = agent.lines(day).filter(({ primitive }) => primitive === 'agent_call');
    expect(lines.map(({ ts }) => ts)).toEqual(shown.map((time) => `${day}T${time}`));
    const [standing] = await budget.standing({ agent: 'harbor', run: 'other' }, settings);
    expect(standing?.spent).toBe(18_000);
    await at(after);
    expect(agent.lines(next)).toHaveLength(1);
    const spent = await spendBy(agent.log, 'day', { from: day, to: next });
    expect(spent.filter(({ key }) => key === day || key === next)).toEqual([
      { key: day, usd: 0.018, records: 4 },
      { key: next, usd: 0.0045, records: 1 },
    ]);
  });
});
