import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { defineCommand } from '../command.ts';
import type { Entry } from '../entry.ts';
import { scripts } from './scripts.ts';
import { placesOf } from './words.ts';

const command = defineCommand({
  summary: 'Grüße',
  options: [
    { flags: '-n, --limit <count>', about: "the newest so many; don't ask" },
    { flags: '--read-it', about: 'a: b' },
  ],
  examples: ['datum x'],
  run: async () => ({ text: '' }),
});
const load = async () => ({ command });
const registry: readonly Entry[] = [
  { name: 'log', summary: 'Transactions', load },
  {
    name: 'fact',
    summary: 'State what holds',
    commands: [
      { name: 'assert', summary: 'State it', load },
      { name: 'log', summary: 'Of facts', load },
    ],
  },
];

/** What bash offers for a line whose last word is being typed. */
function complete(script: string, ...words: readonly string[]): readonly string[] {
  const line = words.map((word) => `'${word}'`).join(' ');
  const source = `${script}\nCOMP_WORDS=(datum ${line}); COMP_CWORD=${words.length}; _datum; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = spawnSync('bash', ['-c', source], { encoding: 'utf8' });
  expect(stderr).toBe('');
  return stdout.split('\n').filter((word) => word !== '');
}

test('bash offers the commands, then the options of the command that stands there', async () => {
  const script = scripts.bash(await placesOf(registry));
  expect(complete(script, 'l')).toEqual(['log']);
  expect(complete(script, 'log', '--l')).toEqual(['--limit']);
  expect(complete(script, '--home', 'here', 'fact', '')).toEqual(
    expect.arrayContaining(['assert', 'log', '--help']),
  );
  expect(complete(script, 'fact', 'assert', '--read')).toEqual(['--read-it', '--read-only']);
  expect(complete(script, 'fact', 'log', '-n')).toEqual(['-n', '--no-color'].slice(0, 1));
});

test('zsh and fish get every place, with what each word is for', async () => {
  const places = await placesOf(registry);
  expect(places.map(({ path }) => path)).toEqual(['', 'log', 'fact', 'fact assert', 'fact log']);
  const zsh = scripts.zsh(places);
  expect(zsh).toContain(`'fact assert') described=('-n:the newest so many; don’t ask'`);
  expect(zsh).toContain(`'--read-it:a - b'`);
  const fish = scripts.fish(places);
  expect(fish).toContain(`complete -c datum -n "__datum_at 'fact'" -a 'assert' -d 'State it'`);
});
