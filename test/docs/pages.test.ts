import { existsSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import { commandsOf, matches, type Ran, runAll } from './console.ts';

const root = join(import.meta.dirname, '../..');
const pages = [
  'README.md',
  ...readdirSync(join(root, 'docs')).map((name) => `docs/${name}`),
  ...readdirSync(join(root, 'examples')).map((name) => `examples/${name}/README.md`),
]
  .filter((page) => page.endsWith('.md') && existsSync(join(root, page)))
  .map((page) => join(root, page));

/** Every command shown in the documentation runs, and prints what is shown. */
describe.each(pages.map((page) => [relative(root, page), commandsOf(page)] as const))(
  '%s',
  (_, shown) => {
    let ran: readonly Ran[] | undefined;
    test.each(shown.map((item, index) => ({ ...item, index })))(
      'line $line: $command',
      ({ index, exit, output }) => {
        ran ??= runAll(shown.map(({ command }) => command));
        const actual = ran[index];
        expect(actual?.exit, actual?.output.join('\n')).toBe(exit);
        const wanted = output.filter((line, at) => line !== '' || at < output.length - 1);
        if (!matches(wanted, actual?.output ?? [])) expect(actual?.output).toEqual(wanted);
      },
    );
    if (shown.length === 0) test('shows no command', () => expect(shown).toEqual([]));
  },
);
