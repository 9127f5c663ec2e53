import { mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { runAgent } from '../../src/agent/index.ts';
import { type ScriptedModel, scriptedModel, type TestAgent, testAgent } from './agent-world.ts';

const FILES: Readonly<Record<string, string>> = {
  'roles/editor/PROMPT.md': '# Editor\n\nYou edit.\n',
  'roles/editor/tools.md':
    '## Write paths\n- memory\n- ../../canon.md\n\n## Hard NOs\n- Never delete\n',
  'roles/editor/model.md': '## Default model\ngpt-5-mini\n',
  'projects/novel/canon.md': 'The harbor is in Almeida.\n',
  'projects/novel/style_guide.md': 'Short sentences.\n',
  'projects/novel/goal.md':
    '---\nschema_version: 1\nactive: true\nintent: Finish\npriority: high\ncreated: 2026-06-01\nsuccess_criteria: [done]\n---\n\nThe novel.\n',
  'projects/novel/policy/tone.md': 'Be kind.\n',
  'projects/novel/policy/legal/names.md': 'No real names.\n',
  'projects/novel/agents/editor/persona/IDENTITY.md': '# IDENTITY\n\nI am the editor.\n',
  'projects/novel/agents/editor/memory/INDEX.md': '# Memory Index\n',
  'projects/novel/agents/editor/goal.md': 'ignored in a cascade\n',
  'secret.md': 'of the home\n',
};

async function cascade(
  model: ScriptedModel,
  more: Readonly<Record<string, string | null>> = {},
): Promise<TestAgent> {
  return testAgent(model, (root) => {
    for (const name of readdirSync(root)) rmSync(join(root, name), { recursive: true });
    for (const [path, text] of Object.entries({ ...FILES, ...more })) {
      if (text === null) continue;
      mkdirSync(join(root, dirname(path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
  });
}

const ask = async (more: Readonly<Record<string, string | null>> = {}) => {
  const model = scriptedModel([{ text: 'a' }]);
  const agent = await cascade(model, more);
  await runAgent(agent.world, { agent: 'editor', workItem: 'x' });
  const [request] = model.requests;
  const prompt = request?.system.map(({ text }) => text).join('') ?? '';
  return { model: request?.model, prompt };
};

test('a role in a project: prompt of role, persona, project and memory in their order (D20)', async () => {
  const { model, prompt } = await ask();
  expect(prompt).toBe(
    `# role PROMPT.md

# Editor

You edit.

═══════════════════════════

# IDENTITY.md

# IDENTITY

I am the editor.

═══════════════════════════

# tools.md

## Write paths
- memory
- ../../canon.md

## Hard NOs
- Never delete

═══════════════════════════

# project canon.md

The harbor is in Almeida.

═══════════════════════════

# project goal.md

---
schema_version: 1
active: true
intent: Finish
priority: high
created: 2026-06-01
success_criteria: [done]
---

The novel.

═══════════════════════════

# project style_guide.md

Short sentences.

═══════════════════════════

# project policy/

# policy/legal/names.md

No real names.

---

# policy/tone.md

Be kind.

═══════════════════════════

# memory/INDEX.md

# Memory Index`,
  );
  expect(model).toBe('gpt-5-mini');
});

const INSTANCE = 'projects/novel/agents/editor';

test('tools.override.md is added to the tools of the role; tools.md and model.md replace the role', async () => {
  const added = await ask({ [`${INSTANCE}/tools.override.md`]: '## External APIs\n- weather\n' });
  expect(added.prompt).toContain(
    '- Never delete\n\n<!-- ─── instance tools.override.md ─── -->\n\n## External APIs\n- weather\n\n═══',
  );
  const replaced = await ask({
    [`${INSTANCE}/tools.md`]: '## Hard NOs\n- Nothing\n',
    [`${INSTANCE}/model.md`]: '## Default model\ngpt-5\n',
  });
  expect(replaced.prompt).toContain('# tools.md\n\n## Hard NOs\n- Nothing\n\n═══');
  expect(replaced.prompt).not.toContain('Never delete');
  expect(replaced.model).toBe('gpt-5');
});

test('without a role folder of the name it is an agent by itself, with its own goal', async () => {
  const gone = Object.keys(FILES).filter((path) => path.startsWith('roles/'));
  const { prompt } = await ask({
    ...Object.fromEntries(gone.map((path) => [path, null])),
    [`${INSTANCE}/model.md`]: '## Default model\ngpt-5\n',
    [`${INSTANCE}/persona/IDENTITY.md`]:
      '# IDENTITY\n\nI am the editor.\n\n## Operating mode\n\ngoal-driven\n',
    [`${INSTANCE}/goal.md`]: '---\nactive: true\n---\n\nMine.\n',
  });
  expect(prompt).toMatch(/^# IDENTITY\.md\n/);
  expect(prompt).toContain('# goal.md\n\n---\nactive: true\n---\n\nMine.');
  expect(prompt).not.toContain('canon');
});

const call = (id: string, name: string, input: Record<string, string>) => ({ id, name, input });

test('a role reads all of its project and its role, and writes only its own folder', async () => {
  const model = scriptedModel([
    {
      toolCalls: [
        call('1', 'read_file', { path: '../../policy/tone.md' }),
        call('2', 'read_file', { path: '../../../../roles/editor/PROMPT.md' }),
        call('3', 'read_file', { path: '../../../../secret.md' }),
        call('4', 'write_file', { path: 'memory/user_note.md', text: 'mine' }),
        call('5', 'write_file', { path: '../../canon.md', text: 'theirs' }),
        call('6', 'write_file', { path: 'memory/out/canon.md', text: 'through a link' }),
      ],
    },
    { text: 'done' },
  ]);
  const agent = await cascade(model);
  symlinkSync(join(agent.root, 'projects/novel'), join(agent.root, INSTANCE, 'memory/out'));
  await runAgent(agent.world, { agent: 'editor', workItem: 'x' });
  const told = model.requests[1]?.messages.at(-1);
  const results = told?.role === 'tool' ? told.results : [];
  expect(results.map(({ error }) => error)).toEqual([false, false, true, false, true, true]);
  expect(results[0]?.content).toBe('Be kind.\n');
  expect(agent.read('projects/novel/canon.md')).toBe('The harbor is in Almeida.\n');
  expect(agent.read(`${INSTANCE}/memory/user_note.md`)).toBe('mine');
});

test("a role's USER.md may be a link to one that all share", async () => {
  const model = scriptedModel([{ text: 'a' }]);
  const agent = await cascade(model, { 'projects/novel/USER.md': '# USER\n\nInes, the author.\n' });
  const persona = join(agent.root, 'projects/novel/agents/editor/persona');
  symlinkSync('../../../USER.md', join(persona, 'USER.md'));
  await agent.world.folder.reconcile();
  agent.clock.advance(1_000_000);
  await runAgent(agent.world, { agent: 'editor', workItem: 'x' });
  expect(model.requests[0]?.system.map(({ text }) => text).join('')).toContain(
    '# USER.md\n\n# USER\n\nInes, the author.',
  );
});

test("the tools of a role's own folder are offered to the agents that have it", async () => {
  const tools = (folder: string, text: string) => ({
    [`${folder}/tools/count.md`]: `---\ndescription: ${text}\n---\n`,
    [`${folder}/tools/count.mjs`]: 'export const handler = () => 1;\n',
  });
  const model = scriptedModel([{ text: 'a' }]);
  const agent = await cascade(model, tools('roles/editor', 'Of the role'));
  const programs = {
    trust: () => 'trusted' as const,
    folder: join(agent.root, '.copies'),
    environment: {},
    node: process.execPath,
  };
  await runAgent({ ...agent.world, programs }, { agent: 'editor', workItem: 'x' });
  expect(model.requests[0]?.tools.find(({ name }) => name === 'count')).toMatchObject({
    description: 'Of the role',
  });
});
