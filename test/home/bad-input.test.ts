import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { canonicalize, sha256, systemRandom } from '../../src/base/index.ts';
import { encodeLine, generateKeyPair } from '../../src/fact/index.ts';
import { testMachine } from '../machine.ts';

const HARBOR = join(import.meta.dirname, '../../examples/harbor');

/** A booted copy of harbor. */
const harbor = async () => {
  const machine = testMachine();
  const root = machine.path('harbor');
  cpSync(HARBOR, root, { recursive: true });
  const at = { in: root };
  await machine.ask(['boot', 'harbor']);
  return { machine, root, at };
};

type Home = Awaited<ReturnType<typeof harbor>>;

/** What the files that cannot be read as what they are say, by place. */
const notes = async ({
  machine,
  at,
}: Home): Promise<readonly { path: string; message: string }[]> =>
  (await machine.ask(['verify'], at)).files;

const NOTE = `---
schema_version: 1
name: A note
description: about it
type: user
captured: 2026-06-01
last_seen: 2026-06-01
sources:
- conversation
confidence: high
---
Body of the note.
`;

test('a damaged line of a run log is named at boot and in verify; it stays, and the others are read', async () => {
  const home = await harbor();
  const { machine, root, at } = home;
  const log = join(root, 'log/2026-06/2026-06-05.jsonl');
  const total = (await machine.ask(['costs'], at)).total;
  const lines = readFileSync(log, 'utf8').split('\n').length;
  appendFileSync(log, '{"ts": "2026-06-05T17:00\n');
  const bytes = readFileSync(log);
  const booted = await machine.ask(['boot'], at);
  const place = `log/2026-06/2026-06-05.jsonl:${lines}`;
  expect(booted.steps).toContainEqual(
    expect.objectContaining({ name: 'damaged', ok: false, text: expect.stringContaining(place) }),
  );
  expect((await notes(home)).map(({ path }) => path)).toContain(place);
  expect(readFileSync(log)).toEqual(bytes);
  expect((await machine.ask(['costs'], at)).total).toBe(total);
});

test('a note with two errors is refused with both lines, and kept', async () => {
  const home = await harbor();
  const broken = NOTE.replace('type: user', 'type: guess').replace(
    'confidence: high',
    'confidence: sure',
  );
  writeFileSync(join(home.root, 'memory/user_a_note.md'), broken);
  await home.machine.ask(['status'], home.at);
  const found = (await notes(home)).filter(({ path }) => path.includes('user_a_note'));
  expect(found.map(({ path }) => path.split(':')[1])).toEqual(['5', '10']);
  expect(readFileSync(join(home.root, 'memory/user_a_note.md'), 'utf8')).toBe(broken);
});

test('a byte order mark and Windows line ends are read, found, and kept byte for byte', async () => {
  const { machine, root, at } = await harbor();
  const text = `\ufeff${NOTE.replaceAll('\n', '\r\n')}`.replace('Body', 'Whiskered body');
  const path = join(root, 'memory/user_a_note.md');
  writeFileSync(path, text);
  const hits = await machine.ask(['search', 'whiskered'], at);
  expect(hits[0].entity).toBe('doc:memory/user_a_note.md');
  expect((await machine.ask(['show', 'doc:memory/user_a_note.md'], at)).values['note/name']).toBe(
    'A note',
  );
  const known = (await machine.ask(['log', '-n', '1'], at))[0].id;
  writeFileSync(path, 'x');
  await machine.ask(['status'], at);
  await machine.ask(['restore', '--known', known, 'memory/user_a_note.md'], at);
  expect(readFileSync(path, 'utf8')).toBe(text);
});

test('a note of 50 MB is taken in, and its words are found', async () => {
  const { machine, root, at } = await harbor();
  const line = 'the same line of text, over and over again, and once more\n';
  writeFileSync(
    join(root, 'wiki/large.md'),
    `zanzibar\n${line.repeat(Math.ceil(50e6 / line.length))}`,
  );
  const { code, err } = await machine.run(['status'], at);
  expect(code, err).toBe(0);
  const shown = await machine.ask(['show', 'doc:wiki/large.md'], at);
  expect(shown.values['doc/hash']).toMatch(/^[0-9a-f]{64}$/);
  expect((await machine.run(['verify'], at)).code).toBe(0);
});

test('a link that leads out of the home is named and neither read nor written through', async () => {
  const { machine, root, at } = await harbor();
  const outside = machine.path('outside.md');
  writeFileSync(outside, 'a secret of somebody else: kumquat\n');
  symlinkSync(outside, join(root, 'wiki/link.md'));
  const { err } = await machine.run(['status', '--verbose'], at);
  expect(err).toContain('wiki/link.md');
  expect(await machine.ask(['search', 'kumquat'], at)).toEqual([]);
  expect(readFileSync(outside, 'utf8')).toContain('kumquat');
});

test('a text that is no UTF-8 is kept, named, and does not stop anything', async () => {
  const home = await harbor();
  const bytes = Buffer.from([0x23, 0x20, 0xff, 0xfe, 0xe9, 0x0a]);
  writeFileSync(join(home.root, 'wiki/latin.md'), bytes);
  expect((await home.machine.run(['status'], home.at)).code).toBe(0);
  expect(readFileSync(join(home.root, 'wiki/latin.md'))).toEqual(bytes);
  expect((await notes(home)).some(({ path }) => path.startsWith('wiki/latin.md'))).toBe(true);
});

test('a rename in case alone is a move', async () => {
  const { machine, root, at } = await harbor();
  writeFileSync(join(root, 'wiki/Seats.md'), '# Seats\n\nThere are many.\n');
  await machine.ask(['status'], at);
  renameSync(join(root, 'wiki/Seats.md'), join(root, 'wiki/other'));
  renameSync(join(root, 'wiki/other'), join(root, 'wiki/seats.md'));
  await machine.ask(['status'], at);
  const { values } = await machine.ask(['show', 'doc:wiki/seats.md'], at);
  expect(values['doc/moved-from']).toEqual({ $ref: 'doc:wiki/Seats.md' });
  expect((await machine.ask(['show', 'doc:wiki/Seats.md'], at)).values['doc/hash']).toBeUndefined();
});

test('a log of a newer datum is refused by name, and left as it is', async () => {
  const { machine, root, at } = await harbor();
  const key = generateKeyPair(systemRandom);
  const folder = join(root, '.datum/log', key.writer);
  mkdirSync(folder);
  const [{ writer: own }] = await machine.ask(['trust', 'writers'], at);
  const lines = readFileSync(join(root, '.datum/log', own, '000001.jsonl'), 'utf8').split('\n');
  const { tx } = JSON.parse(lines[0] ?? '');
  const newer = canonicalize({ ...tx, writer: key.writer, v: 2 });
  writeFileSync(join(folder, '000001.jsonl'), encodeLine(key.sign(sha256(newer)), newer));
  writeFileSync(join(root, `.datum/keys/${key.writer}.pub`), `${key.publicKey}\n`);
  const { code, err } = await machine.run(['status'], at);
  expect(err).toContain('newer datum');
  expect(code).toBe(3);
  expect(existsSync(join(folder, '000001.jsonl'))).toBe(true);
});
