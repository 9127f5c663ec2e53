import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { openLog } from '../../src/fact/index.ts';
import { temporaryFolder } from '../fact/temporary-folder.ts';

const PROGRAM = fileURLToPath(new URL('./counting-process.ts', import.meta.url));

test('two processes that compare and set 500 times each count to exactly 1000', async () => {
  const folder = temporaryFolder();
  const home = join(folder, 'home');
  const env = { ...process.env, DATUM_STATE: join(folder, 'state') };
  const codes = await Promise.all(
    [1, 2].map(async () => {
      const child = spawn(process.execPath, [PROGRAM, home, '500'], { env, stdio: 'inherit' });
      return (await once(child, 'close'))[0];
    }),
  );
  expect(codes).toEqual([0, 0]);
  const log = await openLog({ home, env });
  expect(await (await log.at()).get('counter:shared', 'counter/value')).toBe(1000);
  expect((await log.at()).known).toBeDefined();
  const writers = new Set<string>();
  for await (const { writer } of log.transactions()) writers.add(writer);
  expect(writers.size).toBe(1);
  await log.close();
});
