import { spawnSync } from 'node:child_process';
import { renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { resumeRun, runAgent } from '../../src/agent/index.ts';
import { mayLeaveOut } from '../services.ts';
import { scriptedModel } from './agent-world.ts';
import { answersTo, callsTool, describe, toolAgent } from './tool-world.ts';

const ASK = { agent: 'harbor', workItem: 'use the tool' };

const COUNT = describe({
  description: 'Counts the words of a text',
  classification: 'read_only',
  input_schema: {
    type: 'object',
    properties: { text: { type: 'string', minLength: 1 } },
    required: ['text'],
    additionalProperties: false,
  },
});
const SHELL = { 'tools/count.md': COUNT, 'tools/count!': '#!/bin/sh\nwc -w | tr -d " "\n' };

test('an executable of the folder is offered, gets JSON on its input, and its output comes back', async () => {
  const model = callsTool('count', { text: 'one two three' });
  const agent = await toolAgent(SHELL, { model });
  const result = await runAgent(agent.world, ASK);
  expect(model.requests[0]?.tools.find(({ name }) => name === 'count')).toMatchObject({
    description: 'Counts the words of a text',
    input: { properties: { text: { type: 'string' } } },
  });
  expect(answersTo(model)).toMatchObject([{ content: 3, error: false }]);
  expect(result).toMatchObject({ status: 'ok', toolsLeftOut: [] });
  expect(agent.lines().map((line) => line['trigger'])).toEqual(['tool_call', 'manual']);
});

test('a wrong call is checked whole and explained; nothing runs', async () => {
  const model = callsTool('count', { text: '' }, { words: 'x' });
  const agent = await toolAgent(SHELL, { model });
  await runAgent(agent.world, ASK);
  expect(answersTo(model)).toMatchObject([
    { error: true, content: expect.stringContaining('at least 1 character') },
    { error: true, content: expect.stringContaining('$.text: it is missing') },
  ]);
});

test('nothing runs that this machine has not trusted, and the run names it', async () => {
  const model = callsTool('count', { text: 'x' });
  const agent = await toolAgent(SHELL, { model, trust: () => 'unknown' });
  const result = await runAgent(agent.world, ASK);
  const reason = 'tools/count is not trusted on this machine (datum trust tools)';
  expect(result.toolsLeftOut).toEqual([{ name: 'count', reason }]);
  expect(model.requests[0]?.tools.map(({ name }) => name)).not.toContain('count');
  expect(answersTo(model)).toMatchObject([
    { error: true, content: `the tool count is not available here: ${reason}` },
  ]);
  expect(agent.lines().at(-1)).toMatchObject({ tools_left_out: [{ tool_name: 'count', reason }] });
});

test('a changed program, description or extra file asks again, and each is named', async () => {
  const pins = new Map<string, string>();
  const model = scriptedModel([{ text: 'a' }, { text: 'b' }]);
  const agent = await toolAgent(SHELL, {
    model,
    trust: (path, hash) => {
      const pinned = pins.get(path) ?? hash;
      pins.set(path, pinned);
      return pinned === hash ? 'trusted' : 'changed';
    },
  });
  expect((await runAgent(agent.world, ASK)).toolsLeftOut).toEqual([]);
  writeFileSync(join(agent.root, 'tools/count.md'), COUNT.replace('read_only', 'high_risk'));
  await agent.world.folder.reconcile();
  const changed = await runAgent(agent.world, { ...ASK, workItem: 'again' });
  expect(changed.toolsLeftOut).toEqual([
    {
      name: 'count',
      reason: 'tools/count has changed since this machine trusted it (datum trust tools)',
    },
  ]);
});

test('what was hashed is what runs: a program swapped during the run does not', async () => {
  const pins = new Map<string, string>();
  const agent = await toolAgent(SHELL, {
    trust: (path, hash) => {
      const pinned = pins.get(path) ?? hash;
      pins.set(path, pinned);
      return pinned === hash ? 'trusted' : 'changed';
    },
  });
  const model = scriptedModel([
    () => {
      writeFileSync(join(agent.root, 'tools/count'), '#!/bin/sh\necho stolen\n');
      return { toolCalls: [{ id: '1', name: 'count', input: { text: 'x' } }] };
    },
    { text: 'done' },
  ]);
  await runAgent({ ...agent.world, live: [model.handler] }, ASK);
  expect(answersTo(model)).toMatchObject([
    { error: true, content: expect.stringContaining('tools/count has changed') },
  ]);
});

test('links are refused: of a program, of its description, of the folder', async () => {
  const agent = await toolAgent({ ...SHELL, 'elsewhere/evil!': '#!/bin/sh\necho evil\n' });
  renameSync(join(agent.root, 'tools/count'), join(agent.root, 'elsewhere/count'));
  symlinkSync('../elsewhere/evil', join(agent.root, 'tools/count'));
  const model = scriptedModel([{ text: 'x' }, { text: 'y' }]);
  const world = { ...agent.world, live: [model.handler] };
  expect((await runAgent(world, ASK)).toolsLeftOut).toEqual([
    { name: 'count', reason: 'tools/count cannot be run: tools/count is a link' },
  ]);
  renameSync(join(agent.root, 'tools'), join(agent.root, 'hidden'));
  symlinkSync('hidden', join(agent.root, 'tools'));
  const linked = await runAgent(world, { ...ASK, workItem: 'again' });
  expect(model.requests[1]?.tools.map(({ name }) => name)).not.toContain('count');
  expect(linked.status).toBe('ok');
});

test('a tool may not take the name of a built-in one', async () => {
  const model = scriptedModel([{ text: 'x' }]);
  const agent = await toolAgent(
    {
      'tools/read_file.md': describe({ description: 'reads' }),
      'tools/read_file!': '#!/bin/sh\n',
      'tools/atomic_capture.md': describe({ description: 'captures' }),
      'tools/atomic_capture!': '#!/bin/sh\n',
    },
    { model },
  );
  const { toolsLeftOut } = await runAgent(agent.world, ASK);
  expect(toolsLeftOut).toEqual([
    { name: 'atomic_capture', reason: 'another tool is named atomic_capture' },
    { name: 'read_file', reason: 'another tool is named read_file' },
  ]);
});

const tool = (body: string, fields: object = {}) => ({
  'tools/it.md': describe({ description: 'does it', ...fields }),
  'tools/it!': `#!/bin/sh\n${body}\n`,
});

test('an exit code, a hanging tool and a missing program are errors of the tool', async () => {
  const failing = callsTool('it', {});
  await runAgent(
    (await toolAgent(tool('echo no luck >&2; exit 3'), { model: failing })).world,
    ASK,
  );
  expect(answersTo(failing)).toMatchObject([
    { error: true, content: expect.stringContaining('it ended with exit code 3: no luck') },
  ]);
  const hanging = callsTool('it', {});
  const slow = tool('sleep 60', { timeout_seconds: 0.2 });
  await runAgent((await toolAgent(slow, { model: hanging })).world, ASK);
  expect(answersTo(hanging)).toMatchObject([
    { error: true, content: expect.stringContaining('did not end within 0.2 seconds') },
  ]);
  const absent = callsTool('it', {});
  const nowhere = tool('', { command: ['nowhere-to-be-found'] });
  await runAgent((await toolAgent(nowhere, { model: absent })).world, ASK);
  expect(answersTo(absent)).toMatchObject([
    { error: true, content: expect.stringContaining('it is not installed') },
  ]);
});

test('a tool that prints 100 MB is cut and said to be', async () => {
  const model = callsTool('it', {});
  const agent = await toolAgent(tool('yes | head -c 100000000'), { model });
  await runAgent(agent.world, ASK);
  const [answer] = answersTo(model);
  expect(String(answer?.content)).toMatch(/\[cut: .* more characters\]$/);
  expect(String(answer?.content).length).toBeLessThan(101_000);
}, 30_000);

test('keys of the machine do not reach a tool, and no folder of the home is on its PATH', async () => {
  const model = callsTool('it', {});
  const agent = await toolAgent(tool('env; echo "$OWN_TOKEN"', { env: ['NAMED', 'OWN_TOKEN'] }), {
    model,
    environment: { ANTHROPIC_API_KEY: 'sk-secret', NAMED: 'yes', OWN_TOKEN: 'tok-private' },
  });
  const { programs } = agent.world;
  if (programs === undefined) throw new Error('no programs');
  const PATH = `.:${agent.root}/bin:${process.env['PATH']}`;
  const environment = { ...programs.environment, PATH };
  await runAgent({ ...agent.world, programs: { ...programs, environment } }, ASK);
  const said = String(answersTo(model)[0]?.content);
  expect(said).not.toContain('sk-secret');
  expect(said).toContain('NAMED=yes');
  expect(said).toContain('OWN_TOKEN=[secret]');
  expect(said).not.toContain('tok-private');
  expect(said).not.toContain(`PATH=.:`);
  expect(said).not.toContain(`${agent.root}/bin`);
});

test('handlers in JavaScript and TypeScript are called; what they print is not the result', async () => {
  const files = {
    'tools/js.md': describe({ description: 'js', input_schema: { type: 'object' } }),
    'tools/js.mjs':
      'export function handler(input) { console.log("noise"); return { js: input.n + 1 }; }',
    'tools/ts.md': describe({ description: 'ts', files: ['add.ts'] }),
    'tools/ts.ts':
      "import { add } from './add.ts';\nexport default async (_: object): Promise<number> => add(1, 2);",
    'tools/add.ts': 'export const add = (a: number, b: number): number => a + b;',
  };
  const model = scriptedModel([
    {
      toolCalls: [
        { id: '1', name: 'js', input: { n: 1 } },
        { id: '2', name: 'ts', input: {} },
      ],
    },
    { text: 'done' },
  ]);
  const agent = await toolAgent(files, { model });
  await runAgent(agent.world, ASK);
  expect(answersTo(model)).toMatchObject([{ content: { js: 2 } }, { content: 3 }]);
});

const hasPython = spawnSync('python3', ['--version']).status === 0;

test.skipIf(mayLeaveOut(hasPython))(
  'a handler in Python is called (python3 has to be installed)',
  async () => {
    const model = callsTool('py', { n: 4 }, {});
    const agent = await toolAgent(
      {
        'tools/py.md': describe({ description: 'py', input_schema: { type: 'object' } }),
        'tools/py.py':
          'def handler(input):\n    print("noise")\n    return {"py": input["n"] * 2}\n',
      },
      { model },
    );
    await runAgent(agent.world, ASK);
    expect(answersTo(model)).toMatchObject([
      { content: { py: 8 } },
      { error: true, content: expect.stringContaining("KeyError: 'n'") },
    ]);
  },
);

test('a JavaScript tool is held to the paths of tools.md and starts nothing it is not allowed to', async () => {
  const source = (body: string) =>
    `import fs from 'node:fs'; import cp from 'node:child_process'; export const handler = () => ${body};`;
  const model = scriptedModel([
    {
      toolCalls: ['outside', 'inside', 'spawns'].map((name) => ({ id: name, name, input: {} })),
    },
    { text: 'done' },
  ]);
  const agent = await toolAgent(
    {
      'tools/outside.md': describe({ description: 'reads outside' }),
      'tools/outside.mjs': source("fs.readFileSync('/etc/passwd', 'utf8')"),
      'tools/inside.md': describe({ description: 'reads inside' }),
      'tools/inside.mjs': source("fs.readFileSync('goal.md', 'utf8').length > 0"),
      'tools/spawns.md': describe({ description: 'starts a program' }),
      'tools/spawns.mjs': source("cp.execSync('id').toString()"),
    },
    { model },
  );
  await runAgent(agent.world, ASK);
  expect(answersTo(model)).toMatchObject([
    { error: true, content: expect.stringContaining('Access to this API has been restricted') },
    { error: false, content: true },
    { error: true, content: expect.stringContaining('Access to this API has been restricted') },
  ]);
});

test('a program that manifest.json lists gets its arguments as a list', async () => {
  const model = callsTool('greet', { args: ['$(id)', 'a b'] });
  const agent = await toolAgent(
    {
      'tools/manifest.json': JSON.stringify({
        tools: [
          { name: 'greet', path: 'tools/greet.mjs', description: 'Greets', category: 'script' },
          { name: 'out', path: '../out.mjs', description: 'Out', category: 'script' },
        ],
      }),
      'tools/greet.mjs': 'console.log(process.argv.slice(2).join("|"));',
    },
    { model },
  );
  const result = await runAgent(agent.world, ASK);
  expect(answersTo(model)).toMatchObject([{ content: '$(id)|a b', error: false }]);
  expect(result.toolsLeftOut).toEqual([
    { name: 'out', reason: 'out cannot be offered: its path is not in tools/' },
  ]);
});

test('a resumed run offers what it offered and runs no recorded call again', async () => {
  const marker = 'output/marks';
  const agent = await toolAgent(
    {
      ...tool(`mkdir -p output; echo x >> ${marker}; echo ok`),
    },
    {},
  );
  const first = scriptedModel([
    { toolCalls: [{ id: '1', name: 'it', input: {} }] },
    new RangeError('the process dies'),
  ]);
  await expect(runAgent({ ...agent.world, live: [first.handler] }, ASK)).rejects.toThrow();
  const run = String(agent.lines().at(-1)?.['run_id']);
  const second = scriptedModel([{ text: 'done' }]);
  const result = await resumeRun({ ...agent.world, live: [second.handler] }, run);
  expect(result).toMatchObject({ status: 'ok', text: 'done' });
  expect(agent.read(marker)).toBe('x\n');
});
