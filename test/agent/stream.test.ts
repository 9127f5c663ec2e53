import { spawnSync } from 'node:child_process';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type RunEvent, runAgent, streamRun } from '../../src/agent/index.ts';
import { testMachine } from '../machine.ts';
import { anthropicServer } from '../model/anthropic-wire.ts';
import { modelsAt } from '../model/ask.ts';
import type { Turn } from '../model/wire-server.ts';
import { scriptedModel, testAgent } from './agent-world.ts';

const call = { id: '1', name: 'compute', input: { question: 'is 7 prime' } };

async function streamOf(...turns: readonly Turn[]) {
  const server = await anthropicServer(...turns);
  const agent = await testAgent(scriptedModel([]));
  const world = { ...agent.world, live: [modelsAt(server)] };
  const stream = streamRun((options) =>
    runAgent(world, { agent: 'harbor', workItem: 'x' }, options),
  );
  return { agent, server, stream };
}

test('a run streams its steps, texts, tools and spend, and ends with its result', async () => {
  const { stream } = await streamOf(
    { pieces: ['Let me ', 'see.'], toolCalls: [call] },
    { pieces: ['It ', 'is.'] },
  );
  const events: RunEvent[] = [];
  for await (const event of stream) events.push(event);
  const texts = events.flatMap((event) => (event.type === 'text' ? [event.text] : []));
  expect(texts).toEqual(['Let me ', 'see.', 'It ', 'is.']);
  expect(events).toContainEqual({ type: 'tool', name: 'compute', input: call.input });
  const spent = events.flatMap((event) => (event.type === 'spend' ? [event.usd] : []));
  expect(spent.length).toBeGreaterThan(2);
  const last = events.at(-1);
  expect(last).toMatchObject({ type: 'result', result: { status: 'ok', text: 'It is.' } });
  expect(last?.type === 'result' && last.result.costUsd).toBe(spent.at(-1));
});

test('leaving the stream early stops the run, which keeps what it had done', async () => {
  const { agent, server, stream } = await streamOf({ pieces: ['It ', 'is'], after: 'hang' });
  for await (const event of stream) if (event.type === 'text' && event.text === 'is') break;
  expect(server.requests).toHaveLength(1);
  expect(agent.lines().at(-1)).toMatchObject({ status: 'interrupted', cut_short: true });
});

test('what a run throws, its stream throws', async () => {
  const { stream } = await streamOf({ status: 400, message: 'no' });
  const read = async (): Promise<void> => {
    for await (const _ of stream);
  };
  await expect(read()).rejects.toMatchObject({ code: 'model/bad-request' });
});

test('the example of the documentation runs', () => {
  const machine = testMachine();
  const root = machine.path('harbor');
  cpSync(join(import.meta.dirname, '../../examples/harbor'), root, { recursive: true });
  expect(machine.datum(['boot', root]).code).toBe(0);
  const program = join(import.meta.dirname, '../../examples/code/ask.ts');
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: machine.folder,
    DATUM_STATE: machine.path('s'),
  };
  const { stdout, stderr } = spawnSync(process.execPath, [program, root], {
    env,
    encoding: 'utf8',
  });
  expect(stdout, stderr).toBe('true\n0 USD\n');
});
