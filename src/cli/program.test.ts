import { expect, test } from 'vitest';
import { manualClock, seededRandom, systemDisk } from '../base/index.ts';
import { defineCommand } from './command.ts';
import type { Entry } from './entry.ts';
import { usageError } from './error.ts';
import { main } from './main.ts';
import type { World } from './world.ts';

const greet = defineCommand({
  summary: 'Greet someone',
  arguments: [{ name: '<name>', about: 'who' }],
  options: [{ flags: '--loud', about: 'in capitals' }],
  examples: ['datum greet ada --loud'],
  run: async ({ args: [name = ''], options }) => {
    if (name === 'nobody') throw usageError('nobody is not a name', 'give a name');
    const text = `hello ${name}`;
    return { data: { text }, text: options['loud'] === true ? text.toUpperCase() : text };
  },
});

const registry: readonly Entry[] = [
  { name: 'greet', summary: 'Greet someone', load: async () => ({ command: greet }) },
  {
    name: 'group',
    summary: 'Several',
    commands: [{ name: 'inner', summary: 'Greet', load: async () => ({ command: greet }) }],
  },
  {
    name: 'broken',
    summary: 'Never loaded unless named',
    load: async () => {
      throw new RangeError('loaded');
    },
  },
];

async function run(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  let out = '';
  let err = '';
  const stream = (keep: (text: string) => void) => ({
    write: keep,
    isTerminal: false,
    columns: 80,
  });
  const world: World = {
    cwd: '/',
    env: {},
    stdin: async () => '',
    stdinIsTerminal: false,
    stdout: stream((text) => {
      out += text;
    }),
    stderr: stream((text) => {
      err += text;
    }),
    clock: manualClock(0),
    random: seededRandom('cli'),
    disk: systemDisk,
    signal: new AbortController().signal,
  };
  const code = await main(argv, { world, registry });
  return { code, out, err };
}

test('a command prints text, and JSON when asked', async () => {
  expect(await run('greet', 'ada')).toEqual({ code: 0, out: 'hello ada\n', err: '' });
  expect((await run('greet', 'ada', '--loud')).out).toBe('HELLO ADA\n');
  expect(JSON.parse((await run('--format', 'json', 'greet', 'ada')).out)).toEqual({
    text: 'hello ada',
  });
  expect(JSON.parse((await run('greet', 'ada', '--format', 'json')).out)).toEqual({
    text: 'hello ada',
  });
});

test('a command in a group is reached by both names', async () => {
  expect((await run('group', 'inner', 'ada')).out).toBe('hello ada\n');
});

test('help lists the commands, and a command shows its examples', async () => {
  const list = await run('--help');
  expect(list.code).toBe(0);
  expect(list.out).toMatch(/greet .*Greet someone/);
  const one = await run('greet', '--help');
  expect(one.code).toBe(0);
  expect(one.out).toContain('datum greet ada --loud');
});

test.each([
  ['an unknown command', ['gret', 'ada'], 'did you mean greet'],
  ['an unknown option', ['greet', 'ada', '--load'], 'did you mean --loud'],
  ['a missing argument', ['greet'], "missing required argument 'name'"],
  ['an argument too many', ['greet', 'ada', 'bob'], 'too many arguments'],
  ['a format that does not exist', ['--format', 'xml', 'greet', 'ada'], 'xml'],
  ['a group without a command', ['group'], 'a command is missing'],
])('%s is a usage error', async (_, argv, text) => {
  const { code, out, err } = await run(...argv);
  expect(code).toBe(2);
  expect(out).toBe('');
  expect(err).toContain(text);
});

test('a mistake shows its sentence, hint and code, never a stack trace', async () => {
  const { code, err } = await run('greet', 'nobody');
  expect(code).toBe(2);
  expect(err).toBe('datum: nobody is not a name\n  give a name  [cli/usage]\n');
  const json = await run('greet', 'nobody', '--format', 'json');
  expect(JSON.parse(json.err)).toMatchObject({ error: { code: 'cli/usage', hint: 'give a name' } });
});

test('a fault of datum itself says so', async () => {
  const { code, err } = await run('broken');
  expect(code).toBe(1);
  expect(err).toContain('a fault in datum itself');
});
