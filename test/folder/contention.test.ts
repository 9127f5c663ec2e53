import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { systemDisk, systemRandom } from '../../src/base/index.ts';
import { openLog } from '../../src/fact/index.ts';
import { openFolder, openMarks } from '../../src/folder/index.ts';

const script = fileURLToPath(new URL('busy-writer.ts', import.meta.url));
const ROUNDS = 30;

test('two processes write, append and reconcile in one home: nothing twice, nothing lost', async () => {
  const home = mkdtempSync(join(tmpdir(), 'datum-two-'));
  const state = `${home}-state`;
  const log = await openLog({ home, env: { DATUM_STATE: state } });
  const exits = ['ada', 'ben'].map(async (name) => {
    const args = [script, home, state, name, String(ROUNDS)];
    const [exit] = await once(spawn(process.execPath, args, { stdio: 'inherit' }), 'exit');
    return exit as unknown;
  });
  expect(await Promise.all(exits)).toEqual([0, 0]);
  const marks = openMarks(join(home, '.datum/local-marks.sqlite'));
  const folder = openFolder({ log, root: home, disk: systemDisk, random: systemRandom, marks });
  expect(await folder.reconcile()).toMatchObject({ changed: [], entries: [], finished: [] });
  const lines = readFileSync(join(home, 'log/2026-06/2026-06-05.jsonl'), 'utf8').trim().split('\n');
  expect(lines).toHaveLength(2 * ROUNDS);
  expect(new Set(lines).size).toBe(2 * ROUNDS);
  const database = await log.at();
  const versions = await database.history('doc:memory/user_shared.md', 'doc/hash');
  expect(versions).toHaveLength(2 * ROUNDS);
  expect(await database.get('doc:memory/user_shared.md', 'doc/conflict')).toBeUndefined();
  folder.close();
  await log.close();
  for (const path of [home, state]) rmSync(path, { recursive: true });
});
