import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { testMachine } from '../machine.ts';
import { ANTHROPIC_KEY, anthropicServer } from '../model/anthropic-wire.ts';

/** Makes Node find none of the packages that datum loads only when they are used. */
const ABSENT = `import { registerHooks } from 'node:module';
registerHooks({
  resolve(name, context, next) {
    if (/^(?:@ai-sdk\\/|@modelcontextprotocol\\/|quickjs-|@jitl\\/)/.test(name)) {
      throw Object.assign(new Error("Cannot find package '" + name + "'"), {
        code: 'ERR_MODULE_NOT_FOUND',
      });
    }
    return next(name, context);
  },
});
`;

test('code in a sandbox without its interpreter is a tool error that says what to install', async () => {
  const machine = testMachine();
  const root = machine.path('harbor');
  cpSync(join(import.meta.dirname, '../../examples/harbor'), root, { recursive: true });
  const at = { in: root };
  await machine.ask(['open', root]);
  const input = { source: '6 * 7' };
  const server = await anthropicServer(
    { pieces: ['I compute.'], toolCalls: [{ id: '1', name: 'run_code', input }] },
    { pieces: ['done'] },
  );
  const env = { ANTHROPIC_BASE_URL: `${server.url}/v1`, ANTHROPIC_API_KEY: ANTHROPIC_KEY };
  const ask = ['run', 'harbor', 'six times seven?', '--model'];
  const first = await machine.ask([...ask, 'claude-haiku-4-5'], { ...at, env });
  expect(first.toolCalls).toEqual([expect.objectContaining({ tool: 'run_code', error: null })]);
  const hook = machine.path('absent.mjs');
  writeFileSync(hook, ABSENT);
  const absent = { NODE_OPTIONS: `--import=${pathToFileURL(hook).href}` };
  const again = machine.json([...ask, `replay/${first.run}`], { ...at, env: absent });
  const [{ tool, error }] = again.toolCalls;
  expect([tool, again.text]).toEqual(['run_code', 'done']);
  expect(error).toContain('npm install quickjs-emscripten-core');
  expect(error).not.toMatch(/\n|^\s+at /);
  const story = (await machine.run(['explain', again.run], at)).out;
  expect(story).toContain('npm install quickjs-emscripten-core');
}, 60_000);

test('a package that is not installed is one line that says what to install, and stops nothing else', () => {
  const machine = testMachine();
  const root = machine.path('harbor');
  cpSync(join(import.meta.dirname, '../../examples/harbor'), root, { recursive: true });
  writeFileSync(join(root, 'mcp.md'), '## srv\ncommand: node\nargs: --version\n');
  machine.json(['open', root]);
  machine.json(['trust', 'tools', '--all'], { in: root });
  const hook = machine.path('absent.mjs');
  writeFileSync(hook, ABSENT);
  const env = {
    NODE_OPTIONS: `--import=${pathToFileURL(hook).href}`,
    ANTHROPIC_API_KEY: 'a-key',
    OPENAI_API_KEY: 'a-key',
    MOONSHOT_API_KEY: 'a-key',
    GOOGLE_VERTEX_API_KEY: 'a-key',
  };
  const run = (model: string) =>
    machine.datum(['run', 'harbor', 'is 997 prime?', '--model', model], { in: root, env });
  const packages = [
    ['claude-haiku-4-5', '@ai-sdk/anthropic'],
    ['gpt-5', '@ai-sdk/openai'],
    ['moonshot/kimi-k2.6', '@ai-sdk/openai-compatible'],
    ['vertex/gemini-2.5-flash', '@ai-sdk/google-vertex'],
  ] as const;
  for (const [model, name] of packages) {
    const { code, err } = run(model);
    const lines = err.split('\n').filter((line) => line.includes(`npm install ${name}`));
    expect([model, code, lines.length]).toEqual([model, 2, 1]);
    expect(err).not.toMatch(/^\s+at /m);
  }
  const { code, out, err } = run('flux/think');
  expect([code, out]).toEqual([0, 'true\n']);
  expect(err).toContain('npm install @modelcontextprotocol/client');
}, 120_000);
