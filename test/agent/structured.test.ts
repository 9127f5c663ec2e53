import { expect, test } from 'vitest';
import { resumeRun, runAgent } from '../../src/agent/index.ts';
import { anthropicServer } from '../model/anthropic-wire.ts';
import { modelsAt } from '../model/ask.ts';
import { scriptedModel, testAgent } from './agent-world.ts';

const answerSchema = {
  type: 'object',
  properties: {
    prime: { type: 'boolean' },
    factors: { type: 'array', items: { type: 'integer' } },
  },
  required: ['prime'],
  additionalProperties: false,
};
const request = { agent: 'harbor', workItem: 'is 997 prime?', answerSchema };

test('an answer of a schema is asked for on the wire, checked, and the value of the result', async () => {
  const server = await anthropicServer({ pieces: ['{"prime":', 'true}'] });
  const agent = await testAgent(scriptedModel([]));
  const result = await runAgent({ ...agent.world, live: [modelsAt(server)] }, request);
  expect(result).toMatchObject({ value: { prime: true }, text: '{"prime":true}' });
  expect(server.requests[0]?.text).toContain('"additionalProperties":false');
});

test('an answer that does not hold to it is sent back with what is wrong, nested parts included', async () => {
  const model = scriptedModel([
    { text: 'Yes, it is.' },
    { text: '{"prime":true,"factors":["997"]}' },
    { text: '```json\n{"prime":true,"factors":[997]}\n```' },
  ]);
  const agent = await testAgent(model);
  const result = await runAgent(agent.world, request);
  expect(result.value).toEqual({ prime: true, factors: [997] });
  const said = model.requests.slice(1).map(({ messages }) => messages.at(-1));
  expect(said[0]).toMatchObject({ role: 'user', text: expect.stringContaining('not JSON') });
  expect(said[1]).toMatchObject({ text: expect.stringContaining('factors') });
});

test('a model that never holds to it fails the run with what was spent; resuming asks nothing again', async () => {
  const model = scriptedModel([{ text: 'no' }, { text: 'no' }, { text: '{"prime":true}' }]);
  const agent = await testAgent(model);
  const failed = runAgent(agent.world, { ...request, toolIterationsMax: 2 });
  await expect(failed).rejects.toMatchObject({ code: 'agent/wrong-answer' });
  const line = agent.lines().at(-1);
  expect(line).toMatchObject({ status: 'error', cost_usd: 0.009 });
  const again = resumeRun(agent.world, String(line?.['run_id']));
  await expect(again).rejects.toMatchObject({ code: 'agent/wrong-answer' });
  expect(model.requests).toHaveLength(2);
});

test('a schema that is none stops the run before anything is written', async () => {
  const agent = await testAgent();
  const refused = runAgent(agent.world, { ...request, answerSchema: { type: 'nonsense' } });
  await expect(refused).rejects.toMatchObject({ code: 'spec/bad-schema' });
});
