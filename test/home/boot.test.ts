import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type TestMachine, testMachine } from '../machine.ts';

test('an empty folder becomes a workshop with the succession documents and one clean commit', () => {
  const machine = testMachine();
  const report = machine.json(['boot', 'home', '--agent', 'harbor']);
  expect(report.fresh).toBe(true);
  expect(report.steps.map(({ name }: { name: string }) => name)).toEqual([
    'runtime',
    'git',
    'workshop',
    'documents',
    'log',
    'trust',
    'keeper',
    'folder',
    'predecessor',
    'agent',
    'journal',
    'trail',
    'commit',
  ]);
  const home = machine.path('home');
  const files = machine.git(['ls-files'], { in: home }).split('\n');
  for (const path of [
    'SEED.md',
    'TRAIL.md',
    'METHODOLOGY.md',
    'SKILLS.md',
    'CAPABILITY.toml',
    'TASKBOARD.md',
    'JOURNAL.md',
    'context/OPERATING_MANUAL.md',
    'prompts/audit-prompt.md',
    'tools/manifest.json',
    'bootcamp/01-hello.mjs',
    '.superagent/agent.toml',
    'datum.toml',
  ]) {
    expect(files, path).toContain(path);
  }
  expect(files.some((path) => path.includes('local'))).toBe(false);
  expect(machine.git(['status', '--porcelain'], { in: home })).toBe('');
  expect(machine.git(['rev-list', '--count', 'HEAD'], { in: home })).toBe('1\n');
  expect(readFileSync(machine.path('home/SEED.md'), 'utf8')).toContain('You are **harbor**');
});

test('the journal of a first boot has its three entries in order', () => {
  const machine = testMachine();
  machine.json(['boot', 'home']);
  const entries = machine.json(['journal', 'export'], { in: machine.path('home') });
  expect(entries.map(({ category }: { category: string }) => category)).toEqual([
    'ONBOARD',
    'ACTIVATE',
    'BOOT',
  ]);
});

test('a second boot continues: edits stay, the tree is clean, and it says who was here', () => {
  const machine = testMachine();
  machine.json(['boot', 'home']);
  const home = machine.path('home');
  writeFileSync(machine.path('home/SEED.md'), '# My own seed\n');
  appendFileSync(machine.path('home/datum.toml'), '\n# mine\n');
  const trail = machine.path('home/TRAIL.md');
  writeFileSync(trail, `My words.\n\n${readFileSync(trail, 'utf8')}`);
  machine.json(['handoff', '--note', 'chapter four is checked'], { in: home });
  const report = machine.json(['boot', 'home']);
  expect(report.fresh).toBe(false);
  expect(report.before.sessions[0].note).toBe('chapter four is checked');
  expect(readFileSync(machine.path('home/SEED.md'), 'utf8')).toBe('# My own seed\n');
  expect(readFileSync(machine.path('home/datum.toml'), 'utf8')).toContain('# mine');
  expect(readFileSync(trail, 'utf8')).toMatch(/^My words\./);
  expect(readFileSync(trail, 'utf8')).toContain('chapter four is checked');
  expect(machine.git(['status', '--porcelain'], { in: home })).toBe('');
});

test('a folder that something else made is adopted without changing a byte of it', () => {
  const machine = testMachine();
  mkdirSync(machine.path('old/wiki'), { recursive: true });
  writeFileSync(machine.path('old/TRAIL.md'), '# Theirs\r\n\r\nwords\r\n');
  writeFileSync(machine.path('old/wiki/page.md'), 'a page');
  const report = machine.json(['boot', 'old', '--adopt']);
  expect(report.fresh).toBe(false);
  expect(readFileSync(machine.path('old/wiki/page.md'), 'utf8')).toBe('a page');
  expect(readFileSync(machine.path('old/TRAIL.md'), 'utf8')).toMatch(/^# Theirs\r\n\r\nwords\r\n/);
  expect(() => statSync(machine.path('old/SEED.md'))).toThrow('ENOENT');
});

test('a folder that holds something else becomes a home only when that is said', async () => {
  const machine = testMachine();
  const root = machine.path('project');
  mkdirSync(join(root, 'src'), { recursive: true });
  writeFileSync(join(root, 'README.md'), '# A project\n');
  writeFileSync(join(root, 'src/main.c'), 'int main;\n');
  const before = readdirSync(root, { recursive: true });
  const silent = await machine.run(['boot', root]);
  expect([silent.code, silent.out]).toEqual([2, expect.not.stringContaining('workshop')]);
  expect(silent.err).toContain('datum boot --adopt');
  const no = await machine.run(['boot', root], { terminal: true, input: 'no\n' });
  expect([no.code, no.err]).toEqual([2, expect.stringContaining('[y/N]')]);
  expect(readdirSync(root, { recursive: true })).toEqual(before);

  const yes = await machine.run(['boot', root], { terminal: true, input: 'y\n' });
  expect([yes.code, yes.out]).toEqual([0, expect.stringContaining('existing folder, adopted')]);
  const committed = machine.git(['ls-files'], { in: root }).split('\n');
  expect(committed).toContain('datum.toml');
  expect(committed).not.toContain('src/main.c');
  // From now on it is one, and nothing is asked.
  expect((await machine.run(['boot', root])).code).toBe(0);
});

test.each([
  ['an empty folder', () => {}],
  [
    'an empty repository',
    (root: string, machine: TestMachine) => machine.git(['init', '--quiet', root]),
  ],
  ['an agent', (root: string) => writeFileSync(join(root, 'model.md'), '# Model\n')],
])('%s is booted without asking', async (_, make) => {
  const machine = testMachine();
  const root = machine.path('place');
  mkdirSync(root);
  make(root, machine);
  expect((await machine.run(['boot', root])).code).toBe(0);
});

test('without a home every command says how to make one', () => {
  const machine = testMachine();
  const { code, err } = machine.datum(['status']);
  expect(code).toBe(2);
  expect(err).toContain('datum boot');
});

test('broken settings stop the command with the line named', () => {
  const machine = testMachine();
  machine.json(['boot', 'home']);
  writeFileSync(machine.path('home/datum.toml'), '[agent]\nname = \n');
  const { code, err } = machine.datum(['status'], { in: machine.path('home') });
  expect(code).toBe(1);
  expect(err).toMatch(/datum\.toml: line 2/);
});

test('the agent of a new home answers at once, without a key', async () => {
  const machine = testMachine();
  await machine.ask(['boot', 'home', '--agent', 'ada']);
  const at = { in: machine.path('home') };
  expect(await machine.ask(['run', 'ada', 'is 997 prime?'], at)).toMatchObject({
    status: 'ok',
    text: 'true',
    model: 'flux/think',
  });
  expect((await machine.ask(['runs'], at)).map(({ agent }: { agent: string }) => agent)).toEqual([
    'ada',
  ]);
  expect(await machine.ask(['memory', 'lint', 'ada'], at)).toEqual([]);
});

test('where no home can be made, it is said at once', async () => {
  const machine = testMachine();
  writeFileSync(machine.path('file'), 'mine');
  const booted = async (place: string) => {
    const { code, err } = await machine.run(['boot', place]);
    return { code, err };
  };
  expect(await booted(machine.path('file'))).toEqual({
    code: 2,
    err: expect.stringContaining('is no folder'),
  });
  expect(await booted('')).toEqual({ code: 2, err: expect.stringContaining('is empty') });
  expect((await booted(machine.path('file/below'))).code).not.toBe(0);
  // Node.js itself never comes back from making several folders there at once.
  if (process.platform === 'linux') {
    expect(await booted('/proc/none/below')).toEqual({
      code: 1,
      err: expect.stringContaining('/proc/none'),
    });
  }
  expect(readFileSync(machine.path('file'), 'utf8')).toBe('mine');
});

test('a name that is none for an agent makes no home', async () => {
  const machine = testMachine();
  for (const name of ['../ada', 'ada"', '', 'a b', '{{agent}}']) {
    const { code, err } = await machine.run(['boot', 'home', '--agent', name]);
    expect({ name, code }).toEqual({ name, code: 2 });
    expect(err).toContain('home/agent-name');
  }
  expect(existsSync(machine.path('home'))).toBe(false);
});
