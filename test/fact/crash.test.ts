import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Disk, manualClock, seededRandom, systemDisk } from '../../src/base/index.ts';
import {
  decodeLine,
  decodeTransaction,
  type FactInput,
  type Log,
  openLog,
  verifierOf,
} from '../../src/fact/index.ts';
import { type Fate, faultyDisk } from './faulty-disk.ts';
import { temporaryFolder } from './temporary-folder.ts';

const open = (home: string, disk: Disk = systemDisk): Promise<Log> =>
  openLog({
    home,
    disk,
    env: { DATUM_STATE: join(home, 'state') },
    clock: manualClock(1_767_225_600_000_000),
    random: seededRandom(home),
  });

const fact = (n: number): FactInput => ({ e: `step:${n}`, a: 'step/value', v: n });

/** Enough facts to fill a segment, so that a crash can fall on the change to the next. */
const bulk = Array.from({ length: 90 }, (_, at) => ({
  e: `page:${at}`,
  a: 'page/text',
  v: 'x'.repeat(3000),
}));

const segmentsOf = (home: string): readonly string[] => {
  const folder = join(home, '.datum', 'log');
  return readdirSync(folder).flatMap((writer) =>
    readdirSync(join(folder, writer)).map((name) => join(folder, writer, name)),
  );
};

/** Every line of every writer decodes, is signed and follows the one before; how many there are. */
function checkSegments(home: string): number {
  const folder = join(home, '.datum', 'log');
  let count = 0;
  for (const writer of readdirSync(folder)) {
    const key = readFileSync(join(home, '.datum', 'keys', `${writer}.pub`), 'latin1').trim();
    const verify = verifierOf(key);
    let prev: string | undefined;
    for (const name of readdirSync(join(folder, writer)).sort()) {
      const text = readFileSync(join(folder, writer, name), 'utf8');
      expect(text === '' || text.endsWith('\n')).toBe(true);
      for (const line of text.split('\n').slice(0, -1)) {
        const { sig, bytes } = decodeLine(Buffer.from(line));
        const transaction = decodeTransaction(bytes);
        expect(transaction.prev).toBe(prev);
        expect(verify(transaction.id, sig)).toBe(true);
        prev = transaction.id;
        count += 1;
      }
    }
  }
  return count;
}

async function idsOf(log: Log): Promise<readonly string[]> {
  const ids: string[] = [];
  for await (const { id } of log.transactions()) ids.push(id);
  return ids;
}

/** Writes until the disk gives up; what was acknowledged. */
async function writeUntilDead(home: string, disk: Disk): Promise<readonly string[]> {
  const acknowledged: string[] = [];
  let log: Log | undefined;
  try {
    log = await open(home, disk);
    for (let n = 1; n <= 4; n += 1) {
      const result = await log.transact(n === 3 ? bulk : [fact(n)]);
      if (result.ok) acknowledged.push(result.id);
    }
  } catch (error) {
    expect(String(error)).toMatch(/ENOSPC|after a write that failed/);
  }
  await log?.close();
  return acknowledged;
}

/** The calls of a run in which nothing fails. */
async function callsOfWholeRun(): Promise<readonly (keyof Disk)[]> {
  const calls: (keyof Disk)[] = [];
  const note = (call: keyof Disk): Fate => {
    calls.push(call);
    return 'ok';
  };
  expect(await writeUntilDead(temporaryFolder(), faultyDisk(note))).toHaveLength(4);
  return calls;
}

/** Everything fails from a call on, the call itself in its own way. */
const dyingAt =
  (moment: number, last: Fate) =>
  (_: keyof Disk, count: number): Fate => {
    if (count === moment) return last;
    return count < moment ? 'ok' : 'fail';
  };

async function dieAndOpenAgain(fate: (call: keyof Disk, count: number) => Fate): Promise<void> {
  const home = temporaryFolder();
  const acknowledged = await writeUntilDead(home, faultyDisk(fate));
  const log = await open(home);
  const ids = await idsOf(log);
  expect(ids).toEqual(expect.arrayContaining([...acknowledged]));
  expect(ids.length - acknowledged.length).toBeLessThanOrEqual(1);
  const next = await log.transact([fact(99)]);
  expect(next.ok && next.written).toBe(true);
  await log.close();
  expect(checkSegments(home)).toBe(ids.length + 1);
  const again = await open(home);
  expect(await (await again.at()).get('step:99', 'step/value')).toBe(99);
  await again.close();
}

test('a death at any disk call loses nothing acknowledged and leaves nothing half', async () => {
  const calls = await callsOfWholeRun();
  for (const [at, call] of calls.entries()) {
    await dieAndOpenAgain(dyingAt(at + 1, 'fail'));
    if (call === 'write') await dieAndOpenAgain(dyingAt(at + 1, 'half'));
  }
});

test.each(['write', 'syncData'] as const)(
  'when one %s fails the call rejects, and the next one stands on whole ground',
  async (broken) => {
    const home = temporaryFolder();
    let failing = false;
    const disk = faultyDisk((call) => {
      if (!failing || call !== broken) return 'ok';
      failing = false;
      return 'half';
    });
    const log = await open(home, disk);
    await log.transact([fact(1)]);
    failing = true;
    await expect(log.transact([fact(2)])).rejects.toThrow('could not write the log');
    expect(await (await log.at()).get('step:2', 'step/value')).toBe(undefined);
    const result = await log.transact([fact(3)]);
    expect(result.ok && result.seq).toBe(2);
    await log.close();
    expect(checkSegments(home)).toBe(2);
  },
);

test('what was synced and is cut off is missing, not brought back from the index', async () => {
  const home = temporaryFolder();
  const log = await open(home);
  await log.transact([fact(1)]);
  await log.transact([fact(2)]);
  const [path = ''] = segmentsOf(home);
  const text = readFileSync(path, 'utf8');
  writeFileSync(path, text.slice(0, text.indexOf('\n') + 1));
  await expect(log.transact([fact(3)])).rejects.toMatchObject({ code: 'fact/missing-history' });
  await log.close();
  await expect(open(home)).rejects.toMatchObject({ code: 'fact/missing-history' });
});

test('when a failed write cannot be taken back the log closes, and opening it again mends it', async () => {
  const home = temporaryFolder();
  let broken = false;
  const log = await open(
    home,
    faultyDisk(() => (broken ? 'half' : 'ok')),
  );
  await log.transact([fact(1)]);
  broken = true;
  await expect(log.transact([fact(2)])).rejects.toThrow('could not write the log');
  broken = false;
  await expect(log.transact([fact(3)])).rejects.toThrow('closed for writing');
  expect(await (await log.at()).get('step:1', 'step/value')).toBe(1);
  await log.close();
  const again = await open(home);
  expect((await again.transact([fact(4)])).ok).toBe(true);
  await again.close();
  expect(checkSegments(home)).toBe(2);
});

test('when the last sync fails closing says so, and everything is shut all the same', async () => {
  const home = temporaryFolder();
  let broken = false;
  const faulty = faultyDisk((call) => (broken && call === 'syncData' ? 'fail' : 'ok'));
  const opened = new Set<number>();
  const log = await open(home, {
    ...faulty,
    open: (path, flags, mode) => {
      const fd = faulty.open(path, flags, mode);
      opened.add(fd);
      return fd;
    },
    close: (fd) => {
      faulty.close(fd);
      opened.delete(fd);
    },
  });
  await log.transact([fact(1)]);
  await log.transact([fact(2)], { durability: 'later' });
  broken = true;
  await expect(log.close()).rejects.toThrow('could not make the log durable');
  expect(opened).toEqual(new Set());
  await expect(log.at()).rejects.toThrow('closed');
  const again = await open(home);
  expect(await (await again.at()).get('step:2', 'step/value')).toBe(2);
  await again.close();
  expect(checkSegments(home)).toBe(2);
});
