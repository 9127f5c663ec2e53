import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { testMachine } from '../machine.ts';
import { OPENAI_KEY, openaiServer } from '../model/openai-wire.ts';

/** A home with harbor, whose daily cap is so much, and runs that cost 0.025 dollars each. */
async function capped(usd: string) {
  const machine = testMachine();
  const root = machine.path('home');
  mkdirSync(root);
  cpSync(join(import.meta.dirname, '../../examples/harbor'), join(root, 'agents/harbor'), {
    recursive: true,
  });
  const model = join(root, 'agents/harbor/model.md');
  const own = readFileSync(model, 'utf8');
  const guard = (lines: string): void =>
    writeFileSync(
      model,
      own.replace(
        /cost_guardrails:[^`]*/,
        `cost_guardrails:\n  enabled: true\n  finish_share: 0\n${lines}`,
      ),
    );
  guard(`  daily_cap_usd: ${usd}\n`);
  await machine.ask(['open', root]);
  const server = await openaiServer(
    [{ pieces: ['It is.'], usage: { input: 2000, output: 12_000, cacheRead: 0 } }],
    { key: OPENAI_KEY },
  );
  const env = { OPENAI_API_KEY: OPENAI_KEY, OPENAI_BASE_URL: `${server.url}/v1` };
  const at = { in: root, env };
  const run = (agent = 'harbor') =>
    machine.run(['run', agent, 'is 997 prime?', '--model', 'gpt-5-mini', '--format', 'json'], at);
  return { machine, at, guard, run, server };
}

const ITEM = 'agents/harbor/model.md#caps';

test('a looser cap counts when this machine says so; until then the tighter one holds', async () => {
  const { machine, at, guard, run, server } = await capped('0.02');
  expect((await run()).code).toBe(0);
  guard('  daily_cap_usd: 100\n');
  const second = await run();
  expect(second.code).toBe(3);
  expect(JSON.parse(second.out).reason).toMatch(
    /daily cap of \$0\.02 .*model\.md#caps has changed since this machine trusted it/,
  );
  expect(server.requests).toHaveLength(1);
  const items: readonly { path: string; trust: string; about: string }[] = await machine.ask(
    ['trust', 'tools'],
    at,
  );
  expect(items.find(({ path }) => path === ITEM)).toMatchObject({
    trust: 'changed',
    about: 'caps spending at day $100 skip; until then also at day $0.02 skip',
  });
  const { caps } = await machine.ask(['caps', 'list', 'harbor'], at);
  expect(caps.map(({ cap }: { cap: number }) => cap)).toEqual([100, 0.02]);
  await machine.ask(['trust', 'tools', ITEM], at);
  expect((await run()).code).toBe(0);
});

test.each([
  ['switched off', '  daily_cap_usd: 0\n'],
  ['only an alert', '  daily_cap_usd: 0.02\n  daily_cap_action: alert\n'],
])('a cap that is %s holds on', async (_, lines) => {
  const { guard, run } = await capped('0.02');
  expect((await run()).code).toBe(0);
  guard(lines);
  expect((await run()).code).toBe(3);
});

test('a tighter cap counts at once, and loosening it again asks', async () => {
  const { guard, run, server } = await capped('0.02');
  expect((await run()).code).toBe(0);
  guard('  daily_cap_usd: 0.001\n');
  expect((await run()).code).toBe(3);
  guard('  daily_cap_usd: 0.02\n');
  expect((await run()).code).toBe(3);
  expect(server.requests).toHaveLength(1);
});

test('a second folder of the name loosens nothing', async () => {
  const { machine, at, guard, run } = await capped('0.02');
  expect((await run()).code).toBe(0);
  const folder = join(at.in, 'agents/harbor');
  cpSync(folder, join(at.in, 'x/harbor'), { recursive: true });
  guard('  daily_cap_usd: 100\n');
  await machine.ask(['status'], at);
  await run('agents/harbor');
  const again = await run('agents/harbor');
  expect([again.code, JSON.parse(again.out).reason]).toEqual([
    3,
    expect.stringContaining('daily cap of $0.02'),
  ]);
});

test('an agent has one account, by whatever name or path it is called', async () => {
  const { machine, at, run, server } = await capped('0.02');
  expect((await run()).code).toBe(0);
  // A second folder of the name, and what older logs say of such a pair.
  cpSync(join(at.in, 'agents/harbor'), join(at.in, 'x/harbor'), { recursive: true });
  const named = (name: string, folder: string) =>
    machine.ask(['fact', 'assert', `agent:${name}`, 'agent/folder', JSON.stringify(folder)], at);
  await named('agents/harbor', 'agents/harbor');
  await named('other', 'agents/harbor');
  symlinkSync(join(at.in, 'agents/harbor'), machine.path('link'));
  const names = [
    ...['harbor', 'agents/harbor', 'agents/harbor/', './agents/../agents/harbor', 'other'],
    ...[join(at.in, 'agents/harbor'), machine.path('link')],
  ];
  for (const name of names) {
    const refused = await run(name);
    expect([refused.code, JSON.parse(refused.out).reason], name).toEqual([
      3,
      expect.stringContaining('daily cap of $0.02'),
    ]);
    const { agent, caps } = await machine.ask(['caps', 'list', name], at);
    expect([agent, caps[0].spent], name).toEqual(['harbor', 0.025]);
  }
  expect(server.requests).toHaveLength(1);
  expect((await run('x/harbor')).code).toBe(0);
  expect((await run('agents/nobody')).code).toBe(2);
});

test('caps of all agents together are held in the same way', async () => {
  const { machine, at, run } = await capped('1');
  const toml = join(at.in, 'datum.toml');
  writeFileSync(toml, `[caps]\nfleet_daily_usd = 0.02\n`);
  expect((await run()).code).toBe(0);
  writeFileSync(toml, '');
  const second = await run();
  expect([second.code, JSON.parse(second.out).reason]).toEqual([
    3,
    expect.stringContaining('daily cap of all agents of $0.02'),
  ]);
  await machine.ask(['trust', 'tools', 'datum.toml#caps'], at);
  expect((await run()).code).toBe(0);
});
