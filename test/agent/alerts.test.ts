import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { runAgent } from '../../src/agent/index.ts';
import { testMachine } from '../machine.ts';
import { OPENAI_KEY, openaiServer } from '../model/openai-wire.ts';
import { DAY, scriptedModel } from './agent-world.ts';
import { type TrustRule, toolAgent } from './tool-world.ts';

const modelFile = (channel: string): string =>
  `## Default model\n\nclaude-sonnet-4-6-20260101\n\n\`\`\`yaml\ncost_guardrails:\n  enabled: true\n  daily_cap_usd: 0.001\n  daily_cap_action: alert\n  alert_channel: ${channel}\n\`\`\`\n`;

/** A run that goes past its cap, with a channel for the alert. */
async function alerted(channel: string, trust: TrustRule = () => 'trusted') {
  const model = scriptedModel([{ text: 'a' }, { text: 'b' }]);
  const agent = await toolAgent({ 'model.md': modelFile(channel) }, { model, trust });
  for (let n = 0; n < 2; n += 1) {
    expect(await runAgent(agent.world, { agent: 'harbor', workItem: 'x' })).toMatchObject({
      status: 'ok',
    });
  }
  return agent;
}

/** A server that takes alerts and answers with a status. */
async function webhook(status = 200, headers: Readonly<Record<string, string>> = {}) {
  const got: Record<string, unknown>[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (part) => {
      body += String(part);
    });
    request.on('end', () => {
      got.push(body === '' ? {} : JSON.parse(body));
      response.writeHead(request.method === 'GET' ? 200 : status, headers).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { got, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/alerts` };
}

test('an alert goes to the address of a webhook, as one object a threshold, once', async () => {
  const { got, url } = await webhook();
  const { lines } = await alerted(url);
  expect(got.map(({ text }) => text).toSorted()).toEqual([
    'INFO: daily cost at 450% of cap (threshold 50%)',
    'WARN: daily cost at 450% of cap (threshold 100%)',
    'WARN: daily cost at 450% of cap (threshold 80%)',
  ]);
  expect(got[0]).toMatchObject({
    agent: 'harbor',
    account: `day/harbor/${DAY}`,
    spent_usd: 0.0045,
    cap_usd: 0.001,
  });
  expect(lines().filter(({ status }) => status === 'error')).toEqual([]);
});

test('nothing is sent to an address that this machine does not trust; the log says so', async () => {
  const { got, url } = await webhook();
  const { lines } = await alerted(url, () => 'unknown');
  expect(got).toEqual([]);
  expect(lines().filter(({ status }) => status === 'error')).toMatchObject([
    { trigger: 'cost_warning', error: `alerts to ${url} is not trusted on this machine` },
  ]);
});

test('an address that does not answer well stops no run, and is named in the log', async () => {
  const { url } = await webhook(500);
  const { lines } = await alerted(url);
  expect(lines().filter(({ status }) => status === 'error')).toMatchObject([
    { trigger: 'cost_warning', error: expect.stringContaining('500') },
  ]);
});

test('an address that sends elsewhere is no address: a redirect would lose the alert', async () => {
  const { got, url } = await webhook(302, { location: '/elsewhere' });
  const { lines } = await alerted(url);
  expect(got.filter(({ agent }) => agent === undefined)).toEqual([]);
  expect(lines().filter(({ status }) => status === 'error')).toMatchObject([
    { trigger: 'cost_warning', error: expect.stringContaining('redirects') },
  ]);
});

test('a channel that begins like an address and is none stops no run', async () => {
  const { lines } = await alerted('https://[');
  expect(lines().filter(({ status }) => status === 'error')).toMatchObject([
    { trigger: 'cost_warning', error: expect.stringContaining('URL') },
  ]);
});

test('the channel journal writes an entry of the day', async () => {
  const agent = await alerted('journal');
  const text = agent.read(`journal/2026-06/${DAY}.md`);
  expect(text.match(/^## .* — Alert$/gm)).toHaveLength(1);
  expect(text).toContain('- WARN: daily cost at 450% of cap (threshold 100%)');
});

test('alerts are listed by a command, by status and by resume', async () => {
  const machine = testMachine();
  const root = machine.path('harbor');
  cpSync(join(import.meta.dirname, '../../examples/harbor'), root, { recursive: true });
  const path = join(root, 'model.md');
  const own = readFileSync(path, 'utf8');
  writeFileSync(
    path,
    own.replace(
      /cost_guardrails:[^`]*/,
      'cost_guardrails:\n  enabled: true\n  daily_cap_usd: 0.0001\n  daily_cap_action: alert\n  alert_channel: https://alerts.example/x\n',
    ),
  );
  await machine.ask(['open', root]);
  const server = await openaiServer(
    [{ pieces: ['It is.'], usage: { input: 2000, output: 500, cacheRead: 0 } }],
    { key: OPENAI_KEY },
  );
  const env = { OPENAI_API_KEY: OPENAI_KEY, OPENAI_BASE_URL: `${server.url}/v1` };
  const at = { in: root, env };
  expect(await machine.ask(['alerts'], at)).toEqual([]);
  for (let n = 0; n < 2; n += 1) {
    await machine.ask(['run', 'harbor', 'is 997 prime?', '--model', 'gpt-5-mini'], at);
  }
  const alerts = await machine.ask(['alerts', '--agent', 'harbor'], at);
  expect(alerts.at(-1)).toMatchObject({
    account: expect.stringMatching(/^day\/harbor\//),
    text: expect.stringMatching(/^WARN: daily cost at \d+% of cap \(threshold 100%\)$/),
  });
  expect((await machine.ask(['status'], at)).alerts).toHaveLength(alerts.length);
  expect((await machine.run(['resume'], at)).out).toContain('Alerts:');
  const items: readonly { path: string; trust: string }[] = await machine.ask(
    ['trust', 'tools'],
    at,
  );
  expect(items).toContainEqual(
    expect.objectContaining({ path: 'alerts to https://alerts.example/x', trust: 'unknown' }),
  );
}, 60_000);

test('a channel that nobody knows is said by run, models and alerts, with its line', async () => {
  const machine = testMachine();
  const root = machine.path('harbor');
  cpSync(join(import.meta.dirname, '../../examples/harbor'), root, { recursive: true });
  writeFileSync(join(root, 'model.md'), modelFile('carrier-pigeon'));
  const at = { in: root, env: { OLLAMA_BASE_URL: 'http://127.0.0.1:1/v1' } };
  await machine.ask(['open', root]);
  const run = ['run', 'harbor', 'is 997 prime?', '--model', 'flux/think'];
  const said = /^model\.md:\d+: .*carrier-pigeon.* sends nothing.*known are log_only, journal/m;
  for (const args of [run, ['models'], ['alerts']]) {
    const { code, err } = await machine.run(args, at);
    expect([code, err]).toEqual([0, expect.stringMatching(said)]);
  }
  const { warnings } = await machine.ask([...run, '--dry-run'], at);
  expect(warnings).toEqual([expect.stringMatching(said)]);
});
