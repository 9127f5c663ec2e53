import { expect, test } from 'vitest';
import { systemDisk } from '../base/index.ts';
import { keysOf } from './keys.ts';
import { reachableModels } from './reachable.ts';

const timer = { sleep: () => new Promise<void>(() => undefined) };

const models = (env: Record<string, string>, tags: readonly string[] = []) =>
  reachableModels({
    env,
    keys: keysOf({ env: { XDG_CONFIG_HOME: '/nowhere', ...env }, disk: systemDisk }),
    fetch: async () => Response.json({ models: tags.map((name) => ({ name })) }),
    timer,
  });

test('a model is reachable when its provider has a key', async () => {
  const reachable = models({ OPENAI_API_KEY: 'sk-test' });
  expect(await reachable('gpt-5-mini')).toBe(true);
  expect(await reachable('claude-haiku-4-5-20251001')).toBe(false);
});

test('a provider that tells its models is believed', async () => {
  const reachable = models({}, ['qwen3']);
  expect(await reachable('ollama/qwen3')).toBe(true);
  expect(await reachable('ollama/other')).toBe(false);
});

test('the embedded model always is, a model of nobody never', async () => {
  const reachable = models({});
  expect(await reachable('flux/think')).toBe(true);
  expect(await reachable('nobody/nothing')).toBe(false);
});
