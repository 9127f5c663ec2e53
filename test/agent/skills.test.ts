import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openSnapshot, readShelf, runAgent } from '../../src/agent/index.ts';
import { scriptedModel } from './agent-world.ts';
import { answersTo, toolAgent } from './tool-world.ts';

const skill = (fields: string, body = 'Do it.') => `---\n${fields}\n---\n${body}\n`;

test('a skill with an error is left out, one that is long is not, and each is named', async () => {
  const { log } = await toolAgent({
    'skills/a/SKILL.md': skill('name: good\ndescription: Does good'),
    'skills/b/SKILL.md': skill('name: good\ndescription: The same name'),
    'skills/c/SKILL.md': skill('name: Bad_Name\ndescription: x'),
    'skills/d/SKILL.md': skill('name: my-claude-skill\ndescription: x'),
    'skills/e/SKILL.md': skill('name: mute'),
    'skills/f/SKILL.md': 'no front matter',
    'skills/g/notes.md': 'no skill here',
    'skills/h/SKILL.md': skill(
      `name: long\ndescription: ${'x'.repeat(1025)}\nwhen_to_use: ${'word '.repeat(201)}`,
      'line\n'.repeat(501),
    ),
  });
  const snapshot = await openSnapshot(log, { agent: 'harbor', database: await log.at() });
  const { skills, problems } = await readShelf(snapshot);
  const own = (folder: string): boolean => /^[a-h]$/.test(folder);
  expect(skills.filter(({ folder }) => own(folder)).map(({ name }) => name)).toEqual([
    'good',
    'long',
  ]);
  const told = problems.filter(({ folder }) => own(folder));
  expect(told.map(({ kind, folder }) => `${folder} ${kind}`).toSorted()).toEqual([
    'b error',
    'c error',
    'd error',
    'e error',
    'f error',
    'g error',
    'h warning',
    'h warning',
    'h warning',
  ]);
  expect(told.find(({ folder }) => folder === 'b')?.message).toContain('skills/a already');
});

test('a skill is loaded by name, its files flat; what leads out of it is refused', async () => {
  const paths = [
    'notes.md',
    '../../tools.md',
    '/etc/passwd',
    'deep/x.md',
    '..',
    'gone.md',
    'out.md',
  ];
  const model = scriptedModel([
    {
      toolCalls: [
        { id: '0', name: 'load_skill', input: { skill_name: 'own' } },
        { id: '1', name: 'load_skill', input: { skill_name: 'other' } },
        ...paths.map((relative_path, index) => ({
          id: `p${index}`,
          name: 'load_skill_file',
          input: { skill_name: 'own', relative_path },
        })),
      ],
    },
    { text: 'done' },
  ]);
  const agent = await toolAgent(
    {
      'skills/own/SKILL.md': skill('name: own\ndescription: x', 'Step one.'),
      'skills/own/notes.md': 'beside it',
    },
    { model },
  );
  symlinkSync('/etc/passwd', join(agent.root, 'skills/own/out.md'));
  await agent.world.folder.reconcile();
  await runAgent(agent.world, { agent: 'harbor', workItem: 'load' });
  const answers = answersTo(model);
  expect(answers.map(({ error }) => error)).toEqual([
    false,
    true,
    false,
    true,
    true,
    true,
    true,
    true,
    true,
  ]);
  expect(answers[0]?.content).toBe('Step one.');
  expect(String(answers[1]?.content)).toContain('own');
  expect(answers[2]?.content).toBe('beside it\n'.trim());
});
