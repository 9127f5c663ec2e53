import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { checkLayers, roomOrder } from './check-layers.ts';

const rooms = ['base', 'flux', 'spec', 'fact'];

function reasons(files: Readonly<Record<string, string>>): readonly string[] {
  const source = mkdtempSync(join(tmpdir(), 'layers-'));
  onTestFinished(() => rmSync(source, { recursive: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(source, path)), { recursive: true });
    writeFileSync(join(source, path), text);
  }
  return checkLayers(source, rooms).map((breach) => breach.reason);
}

test('the order of rooms is the order of the table', () => {
  expect(roomOrder('| Room | Holds |\n|---|---|\n| `base` | a |\n| `fact` | b |\n')).toEqual([
    'base',
    'fact',
  ]);
});

test('a room may enter the rooms above it through their index', () => {
  expect(
    reasons({
      'base/index.ts': 'export const a = 1;',
      'fact/b.ts': "import { a } from '../base/index.ts';\nexport const b = a;",
    }),
  ).toEqual([]);
});

test.each([
  [
    'downwards',
    { 'base/a.ts': "import '../fact/index.ts';", 'fact/index.ts': '' },
    'fact is not above base',
  ],
  [
    'past the index',
    { 'fact/a.ts': "import '../base/b.ts';", 'base/b.ts': '' },
    'enter base through its index.ts',
  ],
  [
    'a type only, past the index',
    { 'fact/a.ts': "import type { B } from '../base/b.ts';", 'base/b.ts': '' },
    'enter base through its index.ts',
  ],
  [
    'lazily, downwards',
    { 'spec/a.ts': "await import('../fact/index.ts');", 'fact/index.ts': '' },
    'fact is not above spec',
  ],
  [
    'from flux, anything but base',
    { 'flux/a.ts': "import '../spec/index.ts';", 'spec/index.ts': '' },
    'spec is not above flux',
  ],
  ['from base, a package', { 'base/a.ts': "import 'zod';" }, 'base imports nothing'],
  ['a room nobody listed', { 'misc/a.ts': '' }, 'room misc is not in ARCHITECTURE.md'],
  [
    'a file that is not there',
    { 'fact/a.ts': "export * from './b.ts';" },
    'the file does not exist',
  ],
  [
    'in a circle',
    { 'fact/a.ts': "import './b.ts';", 'fact/b.ts': "import './a.ts';" },
    'import cycle',
  ],
])('importing %s is a breach', (_, files, reason) => {
  expect(reasons(files as Readonly<Record<string, string>>)).toContain(reason);
});
