import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Command } from '../../src/cli/command.ts';
import { exitCode } from '../../src/cli/exit-code.ts';
import { commands } from '../../src/cli/registry.ts';
import { testMachine } from '../machine.ts';
import { sampleCommands } from './sample-commands.ts';

const root = join(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/cli.md'), 'utf8');

type Entries = typeof commands;

/** Every command line there is, as its words. */
const paths = (entries: Entries, above: readonly string[] = []): readonly (readonly string[])[] =>
  entries.flatMap((entry) =>
    'commands' in entry
      ? [
          ...paths(entry.commands, [...above, entry.name]),
          ...(entry.bare === undefined ? [] : [[...above, entry.name]]),
        ]
      : [[...above, entry.name]],
  );

/** What the page says a command answers, by its words. */
const shapes = new Map(
  [...page.matchAll(/^\| `datum ([a-z -]+)` \| (.*) \|$/gm)].map(([, name = '', text = '']) => {
    const [, other] = /as `datum ([a-z -]+)`/.exec(text) ?? [];
    return [name, other ?? text] as const;
  }),
);

const shapeOf = (name: string): string => {
  const text = shapes.get(name) ?? '';
  return shapes.has(text) ? shapeOf(text) : text;
};

/** The keys of the first shape named; `…` stands for more. */
function keysIn(text: string): { readonly list: boolean; readonly keys: readonly string[] } {
  const [, brackets = ''] = /`(\[?\{[^}]*\}\]?)`/.exec(text) ?? [];
  const keys = brackets.replaceAll(/[[\]{}]/g, '').split(', ');
  return { list: brackets.startsWith('['), keys: keys.filter((key) => key !== '') };
}

test.each(paths(commands).map((path) => [path.join(' '), path] as const))(
  'datum %s has help with examples, and a line in docs/cli.md',
  async (name, path) => {
    const machine = testMachine();
    const { code, out } = await machine.run([...path, '--help']);
    expect(code).toBe(0);
    const examples = out.split('Examples:\n')[1] ?? '';
    expect(examples, 'an example of every command').toContain(`datum ${name}`);
    expect([...shapes.keys()], `docs/cli.md says what ${name} answers as JSON`).toContain(name);
  },
);

test('every command of the table exists', () => {
  const known = paths(commands).map((path) => path.join(' '));
  expect([...shapes.keys()].filter((name) => !known.includes(name))).toEqual([]);
});

test('commands answer the JSON that docs/cli.md says, and nothing else on standard output', async () => {
  const machine = testMachine();
  cpSync(join(root, 'examples/harbor'), machine.path('harbor'), { recursive: true });
  const at = { in: machine.path('harbor') };
  const known = paths(commands).map((path) => path.join(' '));
  for (const args of sampleCommands) {
    const name = known.find((each) => `${args.join(' ')} `.startsWith(`${each} `)) ?? '';
    const { code, out, err } = await machine.run([...args, '--format', 'json'], at);
    expect(code, `datum ${args.join(' ')}: ${err}`).toBe(0);
    const isLines = name === 'export';
    const answer = isLines ? JSON.parse(out.split('\n')[0] ?? '') : JSON.parse(out);
    const { list, keys } = keysIn(shapeOf(name));
    expect(Array.isArray(answer), name).toBe(list);
    const item = list ? answer[0] : answer;
    if (item === undefined || keys.some((key) => key.includes('…'))) continue;
    const given = Object.keys(item);
    const needed = keys.filter((key) => !key.endsWith('?'));
    expect(given, name).toEqual(expect.arrayContaining(needed));
    const allowed = keys.map((key) => key.replace('?', ''));
    expect(
      given.filter((key) => !allowed.includes(key)),
      name,
    ).toEqual([]);
  }
});

test('the exit codes of the page are those of the program', () => {
  const codes = [...page.matchAll(/^\| (\d+) \| ([a-z]+)/gm)].map(([, code]) => Number(code));
  expect(codes).toEqual(Object.values(exitCode));
});

test('each exit code is what a command ends with that meets its case', async () => {
  const machine = testMachine();
  const at = { in: machine.path('home') };
  await machine.ask(['boot', 'home']);
  const claim = ['fact', 'assert', 'task:one', 'task/owner', '"ada"', '--if-absent'];
  const stop = new AbortController();
  stop.abort();
  const follow = { ...at, signal: stop.signal };
  const ends = [
    [exitCode.done, claim, at],
    [exitCode.failed, claim, at],
    [exitCode.usage, ['show', 'no entity'], at],
    [exitCode.refused, ['--read-only', 'checkpoint'], at],
    [exitCode.interrupted, ['log', '--follow'], follow],
  ] as const;
  for (const [code, args, where] of ends) {
    expect((await machine.run(args, where)).code, args.join(' ')).toBe(code);
  }
});

test.each(paths(commands).map((path) => [path.join(' '), path] as const))(
  'datum %s refuses an option it does not know, with exit 2 and the way to its help',
  async (name, path) => {
    const { code, out, err } = await testMachine().run([...path, '--no-such-option']);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain('no-such-option');
    expect(err).toContain(`datum ${name} --help`);
  },
);

/** Commands that need no home and are tested by themselves, end one, or wait for what comes. */
const NOT_HERE = ['boot', 'evolve', 'flux', 'merge-file', 'models', 'retire'];

/** What keeps a command from waiting for ever. */
const ENDING: Readonly<Record<string, readonly string[]>> = { cron: ['--once'] };

/** A word for an argument of that name; numbers, times and the rest are looked at later than words. */
const wordFor = (name: string): string => {
  if (/entity/.test(name)) return 'room:nothing';
  if (/attribute/.test(name)) return 'room/nothing';
  if (/value/.test(name)) return '1';
  if (/shell/.test(name)) return 'bash';
  return 'nothing';
};

test('every command answers JSON in an empty home: data, or an error with code and hint', async () => {
  const machine = testMachine();
  await machine.ask(['boot', 'home']);
  const at = { in: machine.path('home') };
  const leaves = await Promise.all(
    paths(commands)
      .filter((path) => !NOT_HERE.includes(path[0] ?? ''))
      .map(async (path) => ({ path, command: await commandAt(commands, path) })),
  );
  for (const { path, command } of leaves) {
    const words = (command.arguments ?? [])
      .filter(({ name }) => name.startsWith('<'))
      .map(({ name }) => wordFor(name));
    const args = [...path, ...words, ...(ENDING[path.join(' ')] ?? [])];
    const { code, out, err } = await machine.run([...args, '--format', 'json'], at);
    expect([0, 1, 2, 3, 4], `datum ${args.join(' ')}: ${err}`).toContain(code);
    if (out !== '') expect(() => parsed(out), lineOf(args)).not.toThrow();
    if (out === '' && code !== 0) {
      const { error } = JSON.parse(err);
      expect(error, lineOf(args)).toMatchObject({
        code: expect.stringMatching(/^[a-z]+\/[a-z-]+$/),
      });
      expect(error.hint, lineOf(args)).toMatch(/\S/);
    }
  }
});

const lineOf = (args: readonly string[]): string => `datum ${args.join(' ')}`;

/** One JSON value, or one a line. */
function parsed(out: string): unknown {
  try {
    return JSON.parse(out);
  } catch {
    return out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
  }
}

async function commandAt(entries: Entries, path: readonly string[]): Promise<Command> {
  const entry = entries.find((each) => each.name === path[0]);
  if (entry === undefined) throw new Error(`no command ${path.join(' ')}`);
  if ('commands' in entry && path.length > 1) return commandAt(entry.commands, path.slice(1));
  const named = 'commands' in entry ? entry.bare : entry;
  if (named === undefined) throw new Error(`no command ${path.join(' ')}`);
  return (await named.load()).command;
}
