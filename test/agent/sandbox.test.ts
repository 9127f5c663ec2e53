import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { runAgent } from '../../src/agent/index.ts';
import { mayLeaveOut } from '../services.ts';
import { answersTo, callsTool, toolAgent } from './tool-world.ts';

const ASK = { agent: 'harbor', workItem: 'run it' };

const toolsMd = (more: string): Readonly<Record<string, string>> => ({
  'tools.md': `## Read paths\n- ~/agents/harbor/\n\n## Write paths\n- ~/agents/harbor/output/\n\n${more}`,
  'output/here': '',
});
const SANDBOXED = toolsMd('## Code sandbox\n- processes: sandboxed\n');
const UNSANDBOXED = toolsMd('## Code sandbox\n- processes: unsandboxed\n');

/** Bubblewrap has to be installed and to be allowed to make namespaces. */
const sandboxWorks =
  spawnSync('bwrap', ['--unshare-all', '--ro-bind', '/', '/', 'true']).status === 0;

test('run_code computes in JavaScript, and is told what is wrong with the code', async () => {
  const model = callsTool(
    'run_code',
    { source: 'input.map((n) => n * n)', input: [1, 2] },
    {
      source: 'fetch("http://x")',
    },
  );
  const agent = await toolAgent({}, { model });
  await runAgent(agent.world, ASK);
  expect(answersTo(model)).toMatchObject([
    { error: false, content: { value: [1, 4] } },
    { error: true, content: expect.stringContaining("'fetch' is not defined") },
  ]);
});

test('no program is run by an agent whose tools.md does not say so', async () => {
  const model = callsTool('run_process', { command: 'id' });
  await runAgent((await toolAgent({}, { model })).world, ASK);
  expect(answersTo(model)).toMatchObject([
    { error: true, content: expect.stringContaining('no tool run_process') },
  ]);
});

test.skipIf(mayLeaveOut(sandboxWorks))(
  'in the sandbox a program sees the paths of tools.md and nothing else (bubblewrap has to work)',
  async () => {
    const sh = (script: string) => ({ command: 'sh', args: ['-c', script] });
    const model = callsTool(
      'run_process',
      sh('echo made > output/made; cat goal.md | wc -l'),
      sh('echo no > goal.md'),
      sh('cat /etc/passwd; ls /home /root; env; ls /proc | grep -c "^[0-9]"'),
      sh('grep -c : /proc/net/dev; exit 5'),
      sh('cat .git/config; ls .datum; echo no > model.md; test -s model.md'),
      sh('cat wiki/copy/.git/config wiki/copy/.git/x wiki/module/.git; ls -A wiki/copy/.datum'),
      sh('echo no > output/agents/bea/tools.md; cat output/agents/bea/tools.md'),
    );
    const files = {
      ...SANDBOXED,
      '.git/config': 'https://ada:password@example.org/',
      'wiki/copy/.git/config': 'https://ada:password@example.org/',
      'wiki/copy/.datum/log/x': 'password',
      'wiki/module/.git': 'gitdir: password',
      'output/agents/bea/persona/IDENTITY.md': '# IDENTITY - Bea\n',
      'output/agents/bea/tools.md': 'hers\n',
    };
    const agent = await toolAgent(files, { model, environment: { SECRET: 'sk-secret' } });
    const goal = agent.read('goal.md');
    await runAgent(agent.world, ASK);
    const [wrote, refused, looked, net, kept, deeper, hers] = answersTo(model).map(
      ({ content }) => content as Readonly<Record<string, unknown>>,
    );
    expect(wrote).toMatchObject({ exit_code: 0 });
    expect(agent.read('output/made')).toBe('made\n');
    expect(refused?.['stderr']).toMatch(/read-only/i);
    expect(agent.read('goal.md')).toBe(goal);
    expect(looked?.['stderr']).toMatch(/etc\/passwd.*no such file/i);
    expect(JSON.stringify(looked)).not.toContain('sk-secret');
    expect(net).toMatchObject({ exit_code: 5, stdout: '1\n' });
    expect(kept).toMatchObject({ exit_code: 0, stdout: '' });
    expect(agent.read('.git/config')).toContain('password');
    expect(deeper).toMatchObject({ stdout: '' });
    expect(hers).toMatchObject({ stdout: 'hers\n' });
  },
);

test('where no sandbox works, programs are refused, unless tools.md says so and the machine trusts it', async () => {
  const run = async (files: Readonly<Record<string, string>>, trusted: boolean) => {
    const model = callsTool('run_process', { command: 'echo', args: ['hi'] });
    const trust = () => (trusted ? ('trusted' as const) : ('unknown' as const));
    const agent = await toolAgent(files, { model, trust });
    const bin = mkdtempSync(join(tmpdir(), 'datum-bin-'));
    onTestFinished(() => rmSync(bin, { recursive: true }));
    symlinkSync('/bin/echo', join(bin, 'echo'));
    const { programs } = agent.world;
    if (programs === undefined) throw new Error('no programs');
    const world = { ...agent.world, programs: { ...programs, environment: { PATH: bin } } };
    await runAgent(world, ASK);
    return answersTo(model)[0];
  };
  const refused = { error: true, content: expect.stringContaining('no sandbox works here') };
  expect(await run(SANDBOXED, true)).toMatchObject(refused);
  expect(await run(UNSANDBOXED, false)).toMatchObject(refused);
  expect(await run(UNSANDBOXED, true)).toMatchObject({ content: { exit_code: 0, stdout: 'hi\n' } });
});

test('an agent that may write its whole folder does not write what holds it', async () => {
  const files = { 'tools.md': '## Write paths\n- ~/agents/harbor/\n' };
  const paths = [
    'model.md',
    'Tools.md',
    './wiki/../model.md',
    'datum.toml',
    'way/model.md',
    'wiki/tools.md',
  ];
  const [first, ...rest] = paths.map((path) => ({ path, text: 'no caps\n' }));
  const model = callsTool('write_file', first ?? {}, ...rest);
  const agent = await toolAgent(files, { model });
  symlinkSync('.', join(agent.root, 'way'));
  const before = agent.read('model.md');
  await runAgent(agent.world, ASK);
  expect(answersTo(model).map(({ error }) => error)).toEqual([true, true, true, true, true, false]);
  expect(agent.read('model.md')).toBe(before);
  expect(existsSync(join(agent.root, 'datum.toml'))).toBe(false);
  expect(agent.read('wiki/tools.md')).toBe('no caps\n');
});

test('nobody reads what git and datum keep, by whatever name', async () => {
  const files = {
    'tools.md': '## Read paths\n- ~/agents/harbor/\n- ~/agents/harbor/.git/\n',
    '.git/config': 'url = https://ada:password@example.org/home\n',
  };
  const paths = ['.git/config', 'way/config', '.datum/log', 'goal.md'];
  const [first, ...rest] = paths.map((path) => ({ path }));
  const model = callsTool('read_file', first ?? {}, ...rest);
  const agent = await toolAgent(files, { model });
  symlinkSync('.git', join(agent.root, 'way'));
  await runAgent(agent.world, ASK);
  expect(answersTo(model).map(({ error }) => error)).toEqual([true, true, true, false]);
});

test('a path of tools.md whose link leads nowhere is named, and the others hold', async () => {
  const files = {
    'tools.md':
      '## Read paths\n- ~/agents/harbor/\n- ~/agents/harbor/gone/in\n\n## Write paths\n- ~/agents/harbor/gone\n- ~/agents/harbor/output/\n',
  };
  const calls = ['output/a.md', 'gone/a.md'].map((path) => ({ path, text: 'x' }));
  const [first, ...rest] = calls;
  const model = callsTool('write_file', first ?? {}, ...rest);
  const agent = await toolAgent(files, { model });
  symlinkSync('nothing-there', join(agent.root, 'gone'));
  const { status, toolsLeftOut } = await runAgent(agent.world, ASK);
  expect(status).toBe('ok');
  const reason = 'a link on the way leads nowhere';
  expect(toolsLeftOut).toEqual([
    { name: `write ${join(agent.root, 'gone')}`, reason },
    { name: `read ${join(agent.root, 'gone/in')}`, reason },
  ]);
  expect(answersTo(model).map(({ error }) => error)).toEqual([false, true]);
  expect(answersTo(model)[1]?.content).toContain('leads nowhere');
});

test('paths outside the home hold only where the machine trusts them, links included', async () => {
  const outside = mkdtempSync(join(tmpdir(), 'datum-outside-'));
  onTestFinished(() => rmSync(outside, { recursive: true }));
  writeFileSync(join(outside, 'rc'), 'mine');
  const files = {
    'tools.md': `## Read paths\n- ~/agents/harbor/\n\n## Write paths\n- ${outside}\n- ~/agents/harbor/\n- ~/agents/harbor/way\n`,
  };
  const write = (path: string) => ({ path, text: 'theirs' });
  const calls = [write(join(outside, 'rc')), write('way/rc'), write('.git/hooks/pre-commit')];
  const attempt = async (trusted: boolean) => {
    const model = callsTool('write_file', calls[0] ?? {}, ...calls.slice(1));
    const trust = () => (trusted ? ('trusted' as const) : ('unknown' as const));
    const agent = await toolAgent(files, { model, trust });
    symlinkSync(outside, join(agent.root, 'way'));
    const result = await runAgent(agent.world, ASK);
    const hook = join(agent.root, '.git/hooks/pre-commit');
    return { result, answers: answersTo(model).map(({ error }) => error), hook };
  };
  const hostile = await attempt(false);
  expect(hostile.answers).toEqual([true, true, true]);
  expect(readFileSync(join(outside, 'rc'), 'utf8')).toBe('mine');
  expect(existsSync(hostile.hook)).toBe(false);
  expect(hostile.result.toolsLeftOut).toEqual([
    {
      name: `write ${outside}`,
      reason: `write ${outside} is not trusted on this machine (datum trust tools)`,
    },
  ]);
  const trusted = await attempt(true);
  // The folder itself writes no document through a link, trusted or not.
  expect(trusted.answers).toEqual([false, true, true]);
});
