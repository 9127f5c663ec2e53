import { join } from 'node:path';
import { expect, test } from 'vitest';
import { plantWriters } from '../../bench/homes/many-writers.ts';
import { type Disk, manualClock, seededRandom, systemDisk } from '../../src/base/index.ts';
import { openLog } from '../../src/fact/index.ts';
import { logFilesOf, verifyLog } from '../../src/proof/index.ts';
import { temporaryFolder } from './temporary-folder.ts';

const START = 1_767_225_600_000_000;
const WRITERS = 2_000;

test('a home of 2,000 writers is read whole once, and then opens without reading a segment', async () => {
  const home = temporaryFolder();
  const random = seededRandom('many');
  plantWriters(home, { writers: WRITERS, start: START, random });
  let read = 0;
  const counting = <A extends readonly unknown[], R>(call: (...args: A) => R) => {
    return (...args: A): R => {
      if (String(args[0]).endsWith('.jsonl')) read += 1;
      return call(...args);
    };
  };
  const disk: Disk = { ...systemDisk, open: counting(systemDisk.open) };
  const env = { DATUM_STATE: join(home, 'state') };
  const open = () => openLog({ home, disk, env, random, clock: manualClock(START + 1_000_000) });
  const first = await open();
  const db = await first.at();
  expect(await db.get('agent:0', 'agent/step')).toBe(0);
  expect(await db.get(`agent:${WRITERS - 1}`, 'agent/step')).toBe(WRITERS - 1);
  expect(await first.trust.writers()).toHaveLength(WRITERS);
  await first.close();
  expect(read).toBe(WRITERS);
  read = 0;
  const again = await open();
  expect(await (await again.at()).get('agent:7', 'agent/step')).toBe(7);
  await again.close();
  expect(read).toBe(0);
  expect(await verifyLog(logFilesOf(home, systemDisk))).toMatchObject({
    ok: true,
    writers: WRITERS,
    signatures: WRITERS,
  });
});
