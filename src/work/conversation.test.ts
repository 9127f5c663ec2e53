import fc from 'fast-check';
import { beforeEach, expect, test } from 'vitest';
import { manualClock, seededRandom } from '../base/index.ts';
import { memoryLog } from '../fact/index.ts';
import {
  anonymous,
  type Conversations,
  localPrincipal,
  logConversations,
  normalizeTurns,
  principalOf,
  type Turn,
  turnBudget,
} from './index.ts';

let conversations: Conversations;
beforeEach(async () => {
  const clock = manualClock(1_767_225_600_000_000);
  conversations = logConversations(await memoryLog({ clock, random: seededRandom('talk') }));
});

const name = { agent: 'harbor', principal: localPrincipal, id: 'talk' };
const textsOf = (turns: readonly Turn[]) => turns.map(({ text }) => text);

test('turns come back oldest first, long ones whole', async () => {
  const long = 'ü"'.repeat(5000);
  await conversations.append(name, { run: 'run-1', user: 'one', assistant: 'two' });
  await conversations.append(name, { run: 'run-2', user: 'three', assistant: long });
  expect(textsOf(await conversations.load(name))).toEqual(['one', 'two', 'three', long]);
});

test('the turns of a run are added once, also when it is resumed after others', async () => {
  const first = { run: 'run-1', user: 'one', assistant: 'two' };
  expect(await conversations.append(name, first)).toBe(true);
  await conversations.append(name, { run: 'run-2', user: 'three', assistant: 'four' });
  expect(await conversations.append(name, first)).toBe(false);
  expect(textsOf(await conversations.load(name))).toEqual(['one', 'two', 'three', 'four']);
});

test('runs that end at once all keep their turns', async () => {
  const runs = Array.from({ length: 10 }, (_, n) => ({ run: `${n}`, user: 'u', assistant: 'a' }));
  await Promise.all(runs.map((exchange) => conversations.append(name, exchange)));
  expect(await conversations.load(name)).toHaveLength(20);
});

test('the newest turns that fit are loaded, and none when the newest does not', async () => {
  await conversations.append(name, { run: 'run-1', user: 'u'.repeat(400), assistant: 'short' });
  // (9 + 5) / 4 + 1 = 4 tokens for the answer, (4 + 400) / 4 + 1 = 102 for the question.
  expect(textsOf(await conversations.load(name, 105))).toEqual(['short']);
  expect(await conversations.load(name, 106)).toHaveLength(2);
  expect(await conversations.load(name, 3)).toEqual([]);
});

test.each([
  ['case', 'Ada', 'ada'],
  ['Unicode form', 'caf\u00e9', 'cafe\u0301'],
  ['white space', 'ada', 'ada '],
])('principals and ids that differ in %s alone share nothing', async (_, one, other) => {
  const of = (identifier: string, id: string) => ({
    agent: 'harbor',
    principal: { identifier, source: 'static_claims' as const, verified: true },
    id,
  });
  await conversations.append(of(one, 'x'), { run: 'run-1', user: 'mine', assistant: 'yes' });
  expect(await conversations.load(of(other, 'x'))).toEqual([]);
  await conversations.append(of(one, one), { run: 'run-1', user: 'mine', assistant: 'yes' });
  expect(await conversations.load(of(one, other))).toEqual([]);
});

test('who is not verified has no conversation', async () => {
  const of = { ...name, principal: anonymous };
  const refused = { code: 'work/principal-not-verified', kind: 'refused' };
  await expect(conversations.load(of)).rejects.toMatchObject(refused);
  const exchange = { run: 'run-1', user: 'u', assistant: 'a' };
  await expect(conversations.append(of, exchange)).rejects.toMatchObject(refused);
});

test.each([
  ['google', 'user', 'dd6775a94279f134396cdc84d5ff483df87213fc91df7a47f2e585d3593576c2'],
  ['goo', 'gleuser', '262f529c00a7029419ed910c917a5e10832effc136b958d5b8adcd4c5a1eab59'],
])('the principal of %s and %s is that of the original', (provider, sub, identifier) => {
  const principal = { identifier, source: 'static_claims', verified: true };
  expect(principalOf({ provider: ` ${provider}\n`, sub })).toEqual(principal);
});

test.each([[{}], [{ provider: 'x', sub: ' ' }], [{ provider: 1, sub: 'y' }]])(
  'claims without provider and subject, as %j, are nobody',
  (claims) => {
    expect(principalOf(claims)).toEqual(anonymous);
  },
);

test('turns that were normalised alternate from a user to an assistant, and lose no last answer', () => {
  const turn = fc.record({
    role: fc.constantFrom<'user' | 'assistant'>('user', 'assistant'),
    text: fc.constantFrom('', ' ', 'a', 'b'),
    at: fc.constant(0),
    run: fc.constant('r'),
  });
  fc.assert(
    fc.property(fc.array(turn), (turns) => {
      const roles = normalizeTurns(turns).map(({ role }) => role);
      expect(roles).toEqual(roles.map((_, n) => (n % 2 === 0 ? 'user' : 'assistant')));
      expect(roles.length % 2).toBe(0);
      expect(normalizeTurns(normalizeTurns(turns))).toEqual(normalizeTurns(turns));
    }),
  );
});

test('the budget for turns is what the model has left, and never under 1000', () => {
  const of = { maxOutputTokens: 4000, systemPrompt: 'x'.repeat(4000) };
  expect(turnBudget({ ...of, maxInputTokens: 12_000 })).toBe(5000);
  expect(turnBudget({ ...of, maxInputTokens: 100 })).toBe(1000);
});
