import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sha256 } from '../../src/base/index.ts';
import {
  encodeLine,
  encodeTransaction,
  keyPairOf,
  type Log,
  seenHeads,
} from '../../src/fact/index.ts';
import { type Copy, idsOf, mood, newCopy, START, written } from './copies.ts';

const logOf = (copy: Copy, part = 'log'): string => join(copy.home, '.datum', part);

/** The only segment of a copy's only writer. */
function segmentOf(copy: Copy, at = 0): string {
  const writer = readdirSync(logOf(copy))[at] ?? '';
  return join(logOf(copy), writer, '000001.jsonl');
}

const linesOf = (path: string): string[] => readFileSync(path, 'utf8').split('\n').slice(0, -1);

const cutTo = (path: string, count: number): void =>
  writeFileSync(
    path,
    linesOf(path)
      .slice(0, count)
      .map((line) => `${line}\n`)
      .join(''),
  );

async function errorOf(copy: Copy): Promise<Record<string, unknown>> {
  return copy.open().then(
    async (log) => {
      await log.close();
      return {};
    },
    (error: Record<string, unknown>) => error,
  );
}

/** A copy with five transactions; their ids. */
async function five(): Promise<readonly [Copy, readonly string[]]> {
  const copy = newCopy();
  const ids = await copy.with(async (log) => {
    for (const v of ['a', 'b', 'c', 'd', 'e']) await log.transact([mood(v)]);
    return idsOf(log);
  });
  return [copy, ids];
}

const forgetIndex = (copy: Copy): void => {
  for (const suffix of ['', '-wal', '-shm'])
    rmSync(`${logOf(copy, 'local.sqlite')}${suffix}`, { force: true });
};

test.each([
  ['with its index', () => {}],
  ['without its index', forgetIndex],
])('a log that was rolled back %s is refused, and what is missing is named', async (_, prepare) => {
  const [copy, ids] = await five();
  cutTo(segmentOf(copy), 2);
  prepare(copy);
  const error = await errorOf(copy);
  expect(error).toMatchObject({ code: 'fact/missing-history', kind: 'integrity' });
  const { missing } = error['data'] as { missing: { id: string }[] };
  expect(missing.at(-1)?.id).toBe(ids[4]);
});

test('a log whose tail is cut inside a line is refused too', async () => {
  const [copy, ids] = await five();
  const text = readFileSync(segmentOf(copy), 'utf8');
  writeFileSync(segmentOf(copy), text.slice(0, -20));
  expect(await errorOf(copy)).toMatchObject({
    code: 'fact/missing-history',
    data: { missing: [{ id: ids[4] }] },
  });
});

test('a foreign line that is cut off is waited for, not cut', async () => {
  const [a] = await five();
  const b = newCopy({ of: a });
  const whole = readFileSync(segmentOf(b), 'utf8');
  writeFileSync(segmentOf(b), whole.slice(0, -20));
  await b.with(async (log) => {
    expect(await (await log.at()).get('agent:harbor', 'agent/mood')).toBe('d');
    expect(log.tookIn.problems).toEqual([]);
  });
  writeFileSync(segmentOf(b), whole);
  await b.with(async (log) => {
    expect(await (await log.at()).get('agent:harbor', 'agent/mood')).toBe('e');
    expect(log.tookIn.arrived).toMatchObject([{ from: 5, to: 5 }]);
  });
});

test('a damaged foreign line is named, and what stands before it is read', async () => {
  const [a] = await five();
  const b = newCopy({ of: a });
  const lines = linesOf(segmentOf(b));
  lines[3] = (lines[3] ?? '').replace('"d"', '"D"');
  writeFileSync(segmentOf(b), lines.map((line) => `${line}\n`).join(''));
  await b.with(async (log) => {
    expect(log.tookIn.problems).toMatchObject([{ kind: 'integrity', data: { seq: 4 } }]);
    expect(await (await log.at()).get('agent:harbor', 'agent/mood')).toBe('c');
  });
});

test('a damaged line of its own that was acknowledged is never cut', async () => {
  const [copy] = await five();
  const lines = linesOf(segmentOf(copy));
  lines[3] = (lines[3] ?? '').replace('"d"', '"D"');
  const text = lines.map((line) => `${line}\n`).join('');
  writeFileSync(segmentOf(copy), text);
  forgetIndex(copy);
  expect(await errorOf(copy)).toMatchObject({ kind: 'integrity' });
  expect(readFileSync(segmentOf(copy), 'utf8')).toBe(text);
});

test('a missing public key is named', async () => {
  const [a] = await five();
  const b = newCopy({ of: a });
  for (const name of readdirSync(logOf(b, 'keys'))) rmSync(join(logOf(b, 'keys'), name));
  await b.with(async (log) => {
    expect(log.tookIn.problems).toMatchObject([{ code: 'fact/no-public-key' }]);
    expect(await idsOf(log)).toEqual([]);
  });
});

test('a public key that is not the one a writer is named by is refused', async () => {
  const [a] = await five();
  const b = newCopy({ of: a });
  const [name = ''] = readdirSync(logOf(b, 'keys'));
  writeFileSync(join(logOf(b, 'keys'), name), `${keyPairOf(new Uint8Array(32)).publicKey}\n`);
  await b.with(async (log) =>
    expect(log.tookIn.problems).toMatchObject([{ code: 'fact/no-public-key' }]),
  );
});

/** A second history signed with the same key: what a copied virtual machine would write. */
function forkLine(seq: number, prev: string | undefined, v: string): string {
  const text = encodeTransaction({
    writer: FORKER.writer,
    seq,
    prev,
    parents: [],
    at: START + seq,
    by: 'user:eve',
    why: {},
    if: [],
    facts: [mood(v)],
    blobs: [],
  });
  return encodeLine(FORKER.sign(sha256(text)), text).toString();
}

const FORKER = keyPairOf(new Uint8Array(32).fill(7));
const idOf = (line: string): string => sha256(line.slice(143, -2));

function plant(copy: Copy, lines: readonly string[]): string {
  const folder = join(logOf(copy), FORKER.writer);
  const keys = logOf(copy, 'keys');
  for (const made of [folder, keys]) mkdirSync(made, { recursive: true });
  writeFileSync(join(keys, `${FORKER.writer}.pub`), `${FORKER.publicKey}\n`);
  const path = join(folder, '000001.jsonl');
  writeFileSync(path, lines.join(''));
  return path;
}

test('a writer that signs two histories is named', async () => {
  const b = newCopy();
  const first = forkLine(1, undefined, 'calm');
  const path = plant(b, [first, forkLine(2, idOf(first), 'glad')]);
  await b.with(idsOf);
  writeFileSync(path, [first, forkLine(2, idOf(first), 'wild')].join(''));
  expect(await errorOf(b)).toMatchObject({
    code: 'fact/equivocation',
    kind: 'integrity',
    data: { writer: FORKER.writer, seq: 2 },
  });
});

test('a second history appended to the first is named, and only the first is believed', async () => {
  const b = newCopy();
  const first = forkLine(1, undefined, 'calm');
  const path = plant(b, [
    first,
    forkLine(2, idOf(first), 'glad'),
    forkLine(2, idOf(first), 'wild'),
  ]);
  await b.with(async (log) => {
    expect(log.tookIn.problems).toMatchObject([{ code: 'fact/equivocation', data: { seq: 2 } }]);
    expect(await (await log.at()).get('agent:harbor', 'agent/mood')).toBe('glad');
  });
  appendFileSync(path, forkLine(3, idOf(forkLine(2, idOf(first), 'wild')), 'x'));
  await b.with(async (log: Log) => expect(log.tookIn.problems).toHaveLength(1));
});

test('a transaction that names history nobody has is not taken in', async () => {
  const b = newCopy();
  const text = encodeTransaction({
    writer: FORKER.writer,
    seq: 1,
    prev: undefined,
    parents: ['ab'.repeat(32)],
    at: START,
    by: 'user:eve',
    why: {},
    if: [],
    facts: [mood('wild')],
    blobs: [],
  });
  plant(b, [encodeLine(FORKER.sign(sha256(text)), text).toString()]);
  await b.with(async (log) => {
    expect(log.tookIn.problems).toMatchObject([{ code: 'fact/missing-history' }]);
    expect(await idsOf(log)).toEqual([]);
  });
});

test('a log made by a newer datum is not opened at all', async () => {
  const b = newCopy();
  const line = forkLine(1, undefined, 'calm').replace('"v":1,"why"', '"v":2,"why"');
  plant(b, [line]);
  expect(await errorOf(b)).toMatchObject({
    code: 'fact/newer-version',
    message: expect.stringContaining('made by a newer datum'),
  });
});

test('an index that came with the folder is not believed', async () => {
  const [a] = await five();
  const b = newCopy({ of: a });
  const c = newCopy();
  await c.with((log) => log.transact([mood('forged')]));
  copyFileSync(logOf(c, 'local.sqlite'), logOf(b, 'local.sqlite'));
  await b.with(async (log) =>
    expect(await (await log.at()).get('agent:harbor', 'agent/mood')).toBe('e'),
  );
  forgetIndex(b);
  symlinkSync(logOf(c, 'local.sqlite'), logOf(b, 'local.sqlite'));
  await b.with(async (log) =>
    expect(await (await log.at()).get('agent:harbor', 'agent/mood')).toBe('e'),
  );
  await c.with(async (log) =>
    expect(await (await log.at()).get('agent:harbor', 'agent/mood')).toBe('forged'),
  );
  writeFileSync(logOf(a, 'local.sqlite'), 'not a database at all, but long enough to look at');
  await a.with(async (log) =>
    expect(await (await log.at()).get('agent:harbor', 'agent/mood')).toBe('e'),
  );
});

test('a folder that was moved goes on with a new writer and loses nothing', async () => {
  const [a, ids] = await five();
  const moved = { ...a, home: `${a.home} moved` };
  renameSync(a.home, moved.home);
  const again = newCopy({ of: moved });
  await again.with(async (log) => {
    expect(await idsOf(log)).toEqual(ids);
    const { seq } = written(await log.transact([mood('f')]));
    expect(seq).toBe(2);
  });
});

test('what this machine has seen can be asked for, and any flip in that record is named', async () => {
  const [a, ids] = await five();
  const b = newCopy({ of: a });
  await b.with((log) => log.transact([mood('f')]));
  a.pull(b);
  await a.with(async () => {});
  const heads = seenHeads(a);
  expect(heads.map(({ seq }) => seq).sort()).toEqual([2, 6]);
  expect(heads.find(({ seq }) => seq === 6)?.id).not.toBe(ids[4]);
  const folder = join(a.env['DATUM_STATE'] ?? '', 'copies');
  for (const name of ['head', 'heads']) {
    const path = join(folder, readdirSync(folder)[0] ?? '', name);
    const whole = readFileSync(path);
    for (let at = 0; at < whole.length; at += 1) {
      for (const bit of [0x01, 0x20, 0x80]) {
        const bytes = Buffer.from(whole);
        bytes[at] = (bytes[at] ?? 0) ^ bit;
        writeFileSync(path, bytes);
        expect(() => seenHeads(a)).toThrow('damaged');
      }
    }
    writeFileSync(path, whole);
  }
  expect(seenHeads(a)).toEqual(heads);
});

test('transactions of one time from two copies are all there, and in one order', async () => {
  const a = newCopy();
  await a.with((log) => log.transact([mood('calm')]));
  const b = newCopy({ of: a });
  for (const copy of [a, b]) {
    await copy.with((log) => log.transact([mood('x', `agent:${copy === a ? 'a' : 'b'}`)]));
    await copy.with((log) => log.transact([mood('y', `agent:${copy === a ? 'a' : 'b'}`)]));
  }
  a.pull(b);
  b.pull(a);
  for (const copy of [a, b]) {
    await copy.with(async (log) => {
      expect((await (await log.at()).history('agent:a')).map(({ v }) => v)).toEqual(['x', 'y']);
      expect((await (await log.at()).history('agent:b')).map(({ v }) => v)).toEqual(['x', 'y']);
    });
  }
  const order = await Promise.all([a, b].map((copy) => copy.with(idsOf)));
  const common = order.map((list) =>
    list.filter((id) => order.every((other) => other.includes(id))),
  );
  expect(common[0]).toEqual(common[1]);
});
