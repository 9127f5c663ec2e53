import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { systemClock } from '../base/index.ts';
import { watchFolder } from './watch.ts';

test('a changed document is told of, and files of no interest are not', async () => {
  const root = mkdtempSync(join(tmpdir(), 'datum-watch-'));
  const told = await new Promise<readonly string[]>((resolve, reject) => {
    const watch = watchFolder(root, {
      clock: systemClock,
      settleMillis: 20,
      onError: reject,
      onChange: async (paths) => {
        watch.close();
        resolve(paths);
      },
    });
    writeFileSync(join(root, '.hidden.tmp'), 'x');
    writeFileSync(join(root, 'program.ts'), 'x');
    writeFileSync(join(root, 'note.md'), 'x');
  });
  expect(told).toEqual(['note.md']);
  rmSync(root, { recursive: true });
});
