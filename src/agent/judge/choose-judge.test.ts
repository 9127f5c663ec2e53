import { expect, test } from 'vitest';
import { chooseJudge, usualJudges } from './choose-judge.ts';

const only =
  (...models: string[]) =>
  async (model: string): Promise<boolean> =>
    models.includes(model);

const candidates = { crossFamily: ['gpt-5-mini'], sameFamilyFallback: ['claude-haiku', 'claude'] };

test.each([
  ['another family first', ['gpt-5-mini', 'claude-haiku', 'claude'], 'gpt-5-mini'],
  ['then the same family', ['claude-haiku', 'claude'], 'claude-haiku'],
  ['its own model when no other can be asked', ['claude'], 'claude'],
])('%s', async (_, here, judge) => {
  const question = { agentModel: 'claude', candidates, reachable: only(...here) };
  expect(await chooseJudge(question)).toBe(judge);
});

test('no judge is an error that names the models that would do', async () => {
  const question = { agentModel: 'claude', candidates, reachable: only() };
  await expect(chooseJudge(question)).rejects.toMatchObject({
    code: 'agent/no-judge',
    kind: 'usage',
    hint: expect.stringContaining('gpt-5-mini'),
  });
});

test('an agent that names no judges has the usual ones of other families first', () => {
  expect(usualJudges('claude-sonnet-4-6-20260101').crossFamily[0]).toBe('gpt-5');
  expect(usualJudges('gpt-5').crossFamily[0]).toBe('claude-haiku-4-5-20251001');
  expect(usualJudges('moonshot/kimi-2.6').crossFamily).toContain('gpt-5-mini');
});
