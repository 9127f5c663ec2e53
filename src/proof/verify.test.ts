import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sha256, systemDisk } from '../base/index.ts';
import { encodeLine, encodeTransaction, keyPairOf } from '../fact/index.ts';
import {
  type LogFiles,
  leafHash,
  logFilesOf,
  merkleRoot,
  signCheckpoint,
  type VerifyOptions,
  verifyLog,
} from './index.ts';

/** Every file of a home's log by its path below `.datum`. */
type Files = ReadonlyMap<string, Buffer>;

const key = keyPairOf(Buffer.alloc(32, 7));
const signer = { publicKey: key.publicKey, sign: key.signMessage };
const { writer } = key;
const blobs = [0, 1, 2, 3].map((n) => Buffer.from(`document ${n}`));

/** A log of 20 transactions written by hand, as docs/format.md describes it. */
function write(count: number): {
  readonly lines: readonly Buffer[];
  readonly ids: readonly string[];
} {
  const ids: string[] = [];
  const lines: Buffer[] = [];
  for (let n = 0; n < count; n += 1) {
    const blob = n % 5 === 0 ? blobs[n / 5] : undefined;
    const text = encodeTransaction({
      writer,
      seq: n + 1,
      prev: ids.at(-1),
      parents: [],
      at: 1_767_225_600_000_000 + n,
      by: 'user:ada',
      why: { source: 'test' },
      if: [],
      facts: [{ e: 'agent:ada', a: 'demo/n', v: n }],
      blobs: blob === undefined ? [] : [{ hash: sha256(blob), size: blob.length, keep: 'git' }],
    });
    const id = sha256(text);
    ids.push(id);
    lines.push(encodeLine(key.sign(id), text));
  }
  return { lines, ids };
}

const { lines, ids } = write(20);
const segment = `log/${writer}/000001.jsonl`;

const files: Files = new Map([
  [segment, Buffer.concat(lines)],
  [`keys/${writer}.pub`, Buffer.from(`${key.publicKey}\n`)],
  ...blobs.map((blob): [string, Buffer] => {
    const hash = sha256(blob);
    return [`blobs/${hash.slice(0, 2)}/${hash}`, blob];
  }),
]);

/** The files as a log, some of them replaced or, with `undefined`, taken away. */
function logOf(changes: Readonly<Record<string, Buffer | undefined>> = {}): LogFiles {
  const all = new Map(files);
  for (const [path, content] of Object.entries(changes)) {
    if (content === undefined) all.delete(path);
    else all.set(path, content);
  }
  const below = (prefix: string): readonly string[] =>
    [
      ...new Set(
        [...all.keys()]
          .filter((path) => path.startsWith(prefix))
          .map((path) => path.slice(prefix.length).split('/')[0] ?? ''),
      ),
    ].sort();
  return {
    writers: () => below('log/'),
    segments: (name) => below(`log/${name}/`),
    segment: (name, segment) => all.get(`log/${name}/${segment}`) ?? Buffer.alloc(0),
    publicKey: (name) => all.get(`keys/${name}.pub`),
    checkpoints: (name) => below(`checkpoints/${name}/`),
    checkpoint: (name, size) => all.get(`checkpoints/${name}/${size}`) ?? Buffer.alloc(0),
    blobs: () => below('blobs/').flatMap((folder) => below(`blobs/${folder}/`)),
    blob: (hash) => all.get(`blobs/${hash.slice(0, 2)}/${hash}`),
    strays: () => [],
  };
}

const verify = (changes?: Readonly<Record<string, Buffer | undefined>>, options?: VerifyOptions) =>
  verifyLog(logOf(changes), options);

test('a whole log is whole, fast and in full', async () => {
  expect(await verify()).toMatchObject({
    ok: true,
    home: ids[0],
    writers: 1,
    transactions: 20,
    signatures: 20,
    blobs: 4,
    findings: [],
  });
  expect(await verify({}, { fast: true })).toMatchObject({ ok: true, signatures: 1 });
});

test('the files of a folder are read as a log', async () => {
  const home = mkdtempSync(join(tmpdir(), 'proof-'));
  for (const [path, content] of files) {
    systemDisk.makeFolder(join(home, '.datum', path, '..'));
    const fd = systemDisk.open(join(home, '.datum', path), 'w');
    systemDisk.write(fd, content);
    systemDisk.close(fd);
  }
  expect(await verifyLog(logFilesOf(home, systemDisk))).toMatchObject({ ok: true, blobs: 4 });
  rmSync(home, { recursive: true });
});

test('every flipped bit of a segment is found and the transaction named', {
  timeout: 120_000,
}, async () => {
  const content = files.get(segment) ?? Buffer.alloc(0);
  const starts = [0, ...[...content.keys()].filter((at) => content[at] === 10).map((at) => at + 1)];
  const seen = [{ writer, seq: 20, id: ids[19] ?? '' }];
  let inFull = 0;
  for (let at = 0; at < content.length; at += 1) {
    const seq = starts.findLastIndex((start) => start <= at) + 1;
    for (const bit of [0x01, 0x20, 0x80]) {
      const flipped = Buffer.from(content);
      flipped[at] = (flipped[at] ?? 0) ^ bit;
      const changes = { [segment]: flipped };
      // Only a signature that is not the newest needs the full check; the fast one is tried first.
      const quick = await verify(changes, { seen, fast: true });
      if (quick.ok) inFull += 1;
      const { findings } = quick.ok ? await verify(changes, { seen }) : quick;
      const [first] = findings;
      if (first === undefined) expect.fail(`byte ${at} bit ${bit} was not found`);
      // The link of the next transaction shows a change; a lost newline joins two lines.
      expect([seq, seq + 1], `byte ${at} bit ${bit}: ${first.message}`).toContain(first.seq ?? seq);
    }
  }
  // What it costs, whatever the machine: a change is found by the fast check but in the digits of
  // the signatures before the newest.
  expect(inFull).toBeLessThanOrEqual(3 * 128 * 19);
});

test('every flipped bit of a blob and of a public key is found and its file named', async () => {
  const paths = [...files.keys()].filter((path) => /^(?:blobs|keys)\//.test(path));
  for (const path of paths) {
    const content = files.get(path) ?? Buffer.alloc(0);
    for (let at = 0; at < content.length; at += 1) {
      for (const bit of [0x01, 0x20, 0x80]) {
        const flipped = Buffer.from(content);
        flipped[at] = (flipped[at] ?? 0) ^ bit;
        const { findings } = await verify({ [path]: flipped });
        expect(findings.map((finding) => finding.path)).toContain(`.datum/${path}`);
      }
    }
  }
});

test('a missing blob is damage, a missing tail is a rollback', async () => {
  const blob = [...files.keys()].find((path) => path.startsWith('blobs/')) ?? '';
  expect((await verify({ [blob]: undefined })).findings).toMatchObject([
    { code: 'proof/blob-missing' },
  ]);
  const shorter = Buffer.concat(lines.slice(0, 17));
  const seen = [{ writer, seq: 20, id: ids[19] ?? '' }];
  const { findings } = await verify({ [segment]: shorter }, { seen });
  expect(findings).toMatchObject([{ code: 'proof/rollback', writer, seq: 20 }]);
});

test('an erased blob is counted, not missed', async () => {
  const [blob = Buffer.alloc(0)] = blobs;
  const hash = sha256(blob);
  const text = encodeTransaction({
    writer,
    seq: 21,
    prev: ids.at(-1),
    parents: [],
    at: 1_767_225_700_000_000,
    by: 'user:ada',
    why: {},
    if: [],
    facts: [{ e: 'erasure:1', a: 'erasure/blob', v: hash }],
    blobs: [],
  });
  const order = encodeLine(key.sign(sha256(text)), text);
  const report = await verify({
    [segment]: Buffer.concat([...lines, order]),
    [`blobs/${hash.slice(0, 2)}/${hash}`]: undefined,
  });
  expect(report).toMatchObject({ ok: true, erased: 1, blobs: 3 });
});

test('an unterminated last line counts as never written', async () => {
  const torn = Buffer.concat([
    ...lines.slice(0, 19),
    (lines[19] ?? Buffer.alloc(0)).subarray(0, -1),
  ]);
  expect(await verify({ [segment]: torn })).toMatchObject({ ok: true, transactions: 19 });
});

test('a transaction that another key signed is found', async () => {
  const other = keyPairOf(Buffer.alloc(32, 8));
  const body = (lines[4] ?? Buffer.alloc(0)).subarray(143, -2).toString('utf8');
  const forged = encodeLine(other.sign(sha256(body)), body);
  const { findings } = await verify({ [segment]: Buffer.concat(lines.with(4, forged)) });
  expect(findings).toMatchObject([{ code: 'proof/signature', seq: 5, tx: ids[4] }]);
});

test('a checkpoint holds a history to its root, and finds a rewritten one', async () => {
  const rootOf = (leaves: readonly string[]) =>
    merkleRoot(leaves.map((id) => leafHash(Buffer.from(id, 'hex'))));
  const signed = (size: number, root = rootOf(ids.slice(0, size))) => ({
    [`checkpoints/${writer}/${size}`]: Buffer.from(
      signCheckpoint({ home: ids[0] ?? '', writer, size, root }, signer),
    ),
  });
  expect(await verify({ ...signed(5), ...signed(20) })).toMatchObject({ ok: true, checkpoints: 2 });
  const rewritten = await verify(signed(5, rootOf(ids.slice(1, 6))));
  expect(rewritten.findings).toMatchObject([
    { code: 'proof/checkpoint', message: 'the history it covers was rewritten' },
  ]);
  const longer = await verify(signed(21, rootOf(ids)));
  expect(longer.findings[0]?.message).toBe('it covers 21 transactions, 20 are here');
});

test('every flipped bit of a kept checkpoint is found and its file named', async () => {
  const path = `checkpoints/${writer}/20`;
  const root = merkleRoot(ids.map((id) => leafHash(Buffer.from(id, 'hex'))));
  const content = Buffer.from(
    signCheckpoint({ home: ids[0] ?? '', writer, size: 20, root }, signer),
  );
  for (let at = 0; at < content.length; at += 1) {
    for (const bit of [0x01, 0x20, 0x80]) {
      const flipped = Buffer.from(content);
      flipped[at] = (flipped[at] ?? 0) ^ bit;
      const { findings } = await verify({ [path]: flipped }, { fast: true });
      expect(findings.map((finding) => finding.path)).toContain(`.datum/${path}`);
    }
  }
});
