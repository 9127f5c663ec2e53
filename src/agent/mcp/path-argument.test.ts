import { expect, test } from 'vitest';
import { pathArgument } from './path-argument.ts';

test.each([
  ['./srv.mjs', './srv.mjs', '/x/srv.mjs'],
  ['--root=~/papers', '~/papers', '--root=/x/srv.mjs'],
  ['file:///etc/passwd', '/etc/passwd', 'file:///x/srv.mjs'],
  ['--import=FILE:///home/ada/a%20b.mjs', '/home/ada/a b.mjs', '--import=file:///x/srv.mjs'],
  ['file://host/share', '/file://host/share', 'file:///x/srv.mjs'],
  [
    '--db=file:///home/ada/a.db?mode=ro#top',
    '/home/ada/a.db',
    '--db=file:///x/srv.mjs?mode=ro#top',
  ],
  ['file:///ok?/../etc/passwd', '/file:///ok?/../etc/passwd', 'file:///x/srv.mjs'],
  ['file:///tmp/a%00b', '/file:///tmp/a%00b', 'file:///x/srv.mjs'],
])('%s names the path %s', (argument, path, printed) => {
  const found = pathArgument(argument);
  expect(found?.path).toBe(path);
  expect(found?.print('/x/srv.mjs')).toBe(printed);
});

test.each(['@modelcontextprotocol/server-github', '-y', 'stdio', 'https://example.org/a/../b'])(
  '%s names no path',
  (argument) => {
    expect(pathArgument(argument)).toBeUndefined();
  },
);
