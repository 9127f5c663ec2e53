import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { systemDisk } from '../../src/base/index.ts';
import { keysOf, usableProviders } from '../../src/model/index.ts';
import { testMachine } from '../machine.ts';
import { patient } from './ask.ts';
import { openaiServer } from './openai-wire.ts';

const nowhere = { OLLAMA_BASE_URL: 'http://127.0.0.1:1/v1' };

test('datum models says what is usable and what the rest lacks, without any home', () => {
  const machine = testMachine();
  const env = { ...nowhere, ANTHROPIC_API_KEY: 'secret-key-0815' };
  const { code, out, err } = machine.datum(['models'], { env });
  expect(code, err).toBe(0);
  expect(out).toMatch(/^usable +flux +built in: no key, no network: flux\/think$/m);
  expect(out).toMatch(/^usable +anthropic +key of ANTHROPIC_API_KEY$/m);
  expect(out).toMatch(
    /^- +openai +no key: looked for in OPENAI_API_KEY, then OPENAI_KEY, then .*keys\.json$/m,
  );
  expect(out).toMatch(/^- +ollama +nothing answers at http:\/\/127\.0\.0\.1:1$/m);
  expect(out).toMatch(/^- +vertex +set GOOGLE_VERTEX_PROJECT$/m);
  expect(out).toMatch(/^claude-sonnet-4-6 +3 +15 +price list of atomic-agents-stack$/m);
  expect(out + err).not.toContain('secret-key-0815');
});

test.skipIf(process.platform === 'win32')(
  'a key file that others can read is refused by models and by a run, with what to do',
  async () => {
    const machine = testMachine();
    const file = machine.path('config', 'datum', 'keys.json');
    mkdirSync(machine.path('config', 'datum'), { recursive: true });
    writeFileSync(file, '{"anthropic":"in-the-file-4711","vertex":"vertex-4711"}', { mode: 0o640 });
    const options = { env: { ...nowhere, XDG_CONFIG_HOME: machine.path('config') } };
    const shown = await machine.run(['models'], options);
    expect(shown.code).toBe(0);
    expect(shown.out).toContain(`chmod 600 ${file}`);
    expect((await machine.run(['boot', machine.path('home')], options)).code).toBe(0);
    const args = ['run', 'datum', 'hello', '--model', 'claude-sonnet-4-6', '--quiet'];
    const ran = await machine.run(args, { ...options, in: machine.path('home') });
    expect([ran.code, ran.err]).toEqual([2, expect.stringContaining('chmod 600')]);
    expect(shown.out + ran.out + ran.err).not.toContain('4711');
    chmodSync(file, 0o600);
    const { providers } = await machine.ask(['models'], options);
    expect(providers).toContainEqual(
      expect.objectContaining({ provider: 'vertex', usable: true, reason: `key of ${file}` }),
    );
  },
);

test('a price that was stated goes before the one a home starts with', () => {
  const machine = testMachine();
  const home = machine.path('workshop');
  const options = { in: home, env: nowhere };
  expect(machine.datum(['boot', home]).code).toBe(0);
  const stated = machine.json(
    ['models', 'price', 'claude-sonnet-4-6', '4', '20.5', '--from', '2026-01-01'],
    options,
  );
  expect(stated).toMatchObject({ model: 'claude-sonnet-4-6', from: '2026-01-01T00:00:00Z' });
  const { prices } = machine.json(['models'], options);
  const found = prices.filter((each: { model: string }) => each.model === 'claude-sonnet-4-6');
  expect(found).toEqual([
    { model: 'claude-sonnet-4-6', input: 4, output: 20.5, source: 'user:ada' },
  ]);
  for (const bad of [['price', 'm', '-', '2'], ['price', 'm', '1'], ['price'], ['cost']]) {
    expect(machine.datum(['models', ...bad], options).code).toBe(2);
  }
});

test('Ollama is found with its models, and is not waited for', async () => {
  const server = await openaiServer([], { tags: ['qwen3:4b', 'nomic-embed-text'] });
  const env = { OLLAMA_BASE_URL: `${server.url}/v1` };
  const keys = keysOf({ env, disk: systemDisk });
  const find = async (options: { fetch?: typeof fetch; timer?: typeof patient }) =>
    (await usableProviders({ env, keys, fetch, timer: patient, ...options })).find(
      ({ provider }) => provider === 'ollama',
    );
  expect(await find({})).toEqual({
    provider: 'ollama',
    usable: true,
    reason: `at ${server.url}`,
    models: ['ollama/qwen3:4b', 'ollama/nomic-embed-text'],
  });
  const silent: typeof fetch = (_, init) =>
    new Promise((_resolve, reject) => {
      init?.signal?.addEventListener('abort', () => reject(init.signal?.reason));
    });
  const atOnce = { sleep: async () => undefined };
  expect(await find({ fetch: silent, timer: atOnce })).toMatchObject({ usable: false });
});
