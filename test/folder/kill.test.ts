import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { sha256, systemDisk, systemRandom } from '../../src/base/index.ts';
import { openLog } from '../../src/fact/index.ts';
import { openFolder, openMarks } from '../../src/folder/index.ts';

const script = fileURLToPath(new URL('dying-writer.ts', import.meta.url));
const top = mkdtempSync(join(tmpdir(), 'datum-kill-'));
afterAll(() => rmSync(top, { recursive: true }));

const open = async (home: string) => {
  const log = await openLog({ home, env: { DATUM_STATE: join(top, 'state') } });
  const marks = openMarks(join(home, '.datum/local-marks.sqlite'));
  const folder = openFolder({ log, root: home, disk: systemDisk, random: systemRandom, marks });
  const close = async () => {
    folder.close();
    await log.close();
  };
  return { log, folder, close };
};

/** Disk calls of one run of the writer, outside `.datum`; it lives when told to die at a later one. */
const deaths = [
  ...[1, 2, 3].map((n) => ['rename', n] as const),
  ...[1, 2, 3, 4, 5, 6, 7].map((n) => ['open', n] as const),
  ...[1, 2, 3].map((n) => ['write', n] as const),
  ...[1, 2, 3, 4, 5, 6].map((n) => ['sync', n] as const),
];

for (const [call, count] of deaths) {
  test(`killed at ${call} ${count}: the next reconcile finishes what was acknowledged by the log`, async () => {
    const home = join(top, `${call}-${count}`);
    mkdirSync(home);
    const before = await open(home);
    await before.folder.writeDocument('memory/user_a.md', 'first\n');
    await before.close();
    const child = spawnSync(process.execPath, [script, home, join(top, 'state'), call, `${count}`]);
    expect(child.signal ?? child.stdout.toString()).toBe(
      child.signal === null ? 'done' : 'SIGKILL',
    );
    const { log, folder, close } = await open(home);
    const report = await folder.reconcile();
    expect([report.conflicts, report.changed, report.damaged]).toEqual([[], [], []]);
    const database = await log.at();
    for (const path of ['memory/user_a.md', 'memory/INDEX.md']) {
      const file = systemDisk.exists(join(home, path)) ? readFileSync(join(home, path)) : undefined;
      expect(await database.get(`doc:${path}`, 'doc/hash')).toBe(file && sha256(file));
    }
    const entries = await database.find([{ e: { var: 'e' }, a: 'entry/file', v: 'JOURNAL.md' }]);
    const journal = await folder.readDocument('JOURNAL.md');
    const text = Buffer.from(journal?.content ?? []).toString('utf8');
    expect(text.split('NOTE').length - 1).toBe(entries.length);
    expect(await folder.reconcile()).toMatchObject({ finished: [], changed: [], entries: [] });
    await close();
  });
}
