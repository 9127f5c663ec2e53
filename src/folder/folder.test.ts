import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { type Disk, manualClock, seededRandom, sha256, systemDisk } from '../base/index.ts';
import { memoryLog } from '../fact/index.ts';
import {
  FolderError,
  memoryIndexGenerator,
  memoryMarks,
  openFolder,
  type ReconcileReport,
} from './index.ts';

const HARBOR = fileURLToPath(new URL('../../examples/harbor', import.meta.url));
const NOTE = 'memory/feedback_citation_style.md';
const DAY = 'log/2026-06/2026-06-05.jsonl';

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

/** A home of its own, with harbor in it unless told otherwise. */
async function home({
  disk = systemDisk,
  from = HARBOR,
}: {
  disk?: Disk;
  from?: string | null;
} = {}) {
  const root = mkdtempSync(join(tmpdir(), 'datum-folder-'));
  folders.push(root);
  if (from !== null) cpSync(from, root, { recursive: true });
  const clock = manualClock(Date.UTC(2026, 5, 6) * 1000);
  const random = seededRandom('folder');
  const log = await memoryLog({ clock, random });
  const marks = memoryMarks();
  const open = (using: Disk = disk) => openFolder({ log, root, disk: using, random, marks });
  const write = (path: string, content: string | Uint8Array): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  };
  const read = (path: string): string => readFileSync(join(root, path), 'utf8');
  const get = async (path: string, a = 'doc/hash') => (await log.at()).get(`doc:${path}`, a);
  const countOf = async (): Promise<number> => {
    let count = 0;
    for await (const _ of log.transactions()) count += 1;
    return count;
  };
  return { root, log, clock, marks, folder: open(), open, write, read, get, countOf };
}

const quiet: ReconcileReport = {
  adopted: [],
  changed: [],
  entries: [],
  finished: [],
  damaged: [],
  conflicts: [],
};

test('a foreign agent folder is adopted in one transaction, and nothing in it changes', async () => {
  const { folder, read, get, countOf, log } = await home();
  const report = await folder.reconcile();
  expect(report.adopted).toEqual([{ path: '', documents: 45, entries: 60 }]);
  expect(report.damaged).toEqual([]);
  expect(await countOf()).toBe(1);
  const [first] = await (await log.at()).history(`doc:${NOTE}`, 'doc/hash');
  expect(first?.validFrom).toBe(first?.at);
  expect(read(NOTE)).toBe(readFileSync(join(HARBOR, NOTE), 'utf8'));
  expect(await get(NOTE)).toBe(sha256(read(NOTE)));
  expect(await get(NOTE, 'note/name')).toBe('Citation style: shelf mark, folio, date');
  const database = await log.at();
  expect(await database.entity('run:run-20260605-163000-000000-4be19c70')).toMatchObject({
    'run/agent': 'harbor',
    'run/status': 'ok',
    'run/record': { primitive: 'dream', cost_usd: 0.0219 },
  });
  expect(await database.get('run:run-20260605-141200-000000-3c1f9e20#2', 'run/summary')).toBe(
    'outcome iteration 2: gather-candidates',
  );
});

test('a second reconcile finds nothing to do', async () => {
  const { folder, open, countOf } = await home();
  await folder.reconcile();
  expect(await folder.reconcile()).toEqual(quiet);
  expect(await open().reconcile()).toEqual(quiet);
  expect(await countOf()).toBe(1);
});

test('documents changed, added and removed by hand become facts', async () => {
  const { root, folder, write, read, get, log } = await home();
  await folder.reconcile();
  const before = (await log.at()).known as string;
  write(NOTE, read(NOTE).replace('high', 'low'));
  write('wiki/new.txt', 'hello');
  rmSync(join(root, 'serve.md'));
  const report = await folder.reconcile();
  expect(report.changed).toEqual([
    { path: NOTE, kind: 'changed' },
    { path: 'serve.md', kind: 'removed' },
    { path: 'wiki/new.txt', kind: 'added' },
  ]);
  expect(await get(NOTE, 'note/confidence')).toBe('low');
  expect(await get('serve.md')).toBeUndefined();
  const old = await log.at({ known: before });
  expect(await old.get(`doc:${NOTE}`, 'note/confidence')).toBe('high');
  expect(await folder.reconcile()).toEqual(quiet);
});

test('differences between files and facts are told without touching either', async () => {
  const { root, folder, write, countOf } = await home();
  await folder.reconcile();
  expect(await folder.differences()).toEqual([]);
  write(NOTE, 'x');
  write('a.md', 'x');
  rmSync(join(root, 'serve.md'));
  expect(await folder.differences()).toEqual([
    { path: 'a.md', kind: 'added' },
    { path: NOTE, kind: 'changed' },
    { path: 'serve.md', kind: 'removed' },
  ]);
  expect(await countOf()).toBe(1);
});

test('what a dead process left behind is cleared, an edit among it is kept and named', async () => {
  const { root, folder, write } = await home({ from: null });
  await folder.writeDocument('a.md', 'one');
  const old = new Date(Date.UTC(2026, 5, 5));
  for (const [name, content] of [
    ['.a.md.0123456789ab.tmp', 'half'],
    ['.a.md.1123456789ab.aside', 'one'],
    ['.b.md.2123456789ab.aside', 'edit'],
    ['.c.md.3123456789ab.tmp', 'young'],
  ] as const) {
    write(name, content);
    utimesSync(join(root, name), old, name.startsWith('.c') ? new Date(Date.UTC(2027, 0)) : old);
  }
  const { damaged } = await folder.reconcile();
  expect(damaged.map(({ file }) => file)).toEqual(['.b.md.2123456789ab.aside']);
  expect(systemDisk.list(root)).toEqual([
    '.b.md.2123456789ab.aside',
    '.c.md.3123456789ab.tmp',
    'a.md',
  ]);
});

test('a renamed document is a new one that names the old, also when only case changed', async () => {
  const { root, folder, get } = await home();
  await folder.reconcile();
  renameSync(join(root, 'governance.md'), join(root, 'GOVERNANCE.md'));
  renameSync(join(root, 'raw'), join(root, 'sources'));
  const report = await folder.reconcile();
  expect(report.changed).toContainEqual({
    path: 'GOVERNANCE.md',
    kind: 'moved',
    from: 'governance.md',
  });
  expect(report.changed).toHaveLength(3);
  expect(await get('governance.md')).toBeUndefined();
  expect(await get('GOVERNANCE.md', 'doc/moved-from')).toEqual({ $ref: 'doc:governance.md' });
});

/** A disk that finds a file under its name in any case, as those of macOS and Windows do. */
const caselessDisk = (): Disk => {
  const actual = (path: string): string => {
    const folder = dirname(path);
    if (folder === path || systemDisk.exists(path)) return path;
    const parent = actual(folder);
    if (!systemDisk.exists(parent)) return path;
    const name = path.slice(folder.length + 1).toLowerCase();
    const found = systemDisk.list(parent).find((entry) => entry.toLowerCase() === name);
    return join(parent, found ?? path.slice(folder.length + 1));
  };
  return {
    ...systemDisk,
    exists: (path) => systemDisk.exists(actual(path)),
    lstat: ((path: string, options: { throwIfNoEntry: false }) =>
      systemDisk.lstat(actual(path), options)) as Disk['lstat'],
    readFile: (path) => systemDisk.readFile(actual(path)),
  };
};

test('a rename in case alone is seen where the file system does not tell cases apart', async () => {
  const { root, folder, get } = await home({ disk: caselessDisk() });
  await folder.reconcile();
  renameSync(join(root, 'governance.md'), join(root, 'Governance.md'));
  const { changed } = await folder.reconcile();
  expect(changed).toEqual([{ path: 'Governance.md', kind: 'moved', from: 'governance.md' }]);
  expect(await get('governance.md')).toBeUndefined();
  expect(await folder.reconcile()).toEqual(quiet);
});

test('writing a document puts fact, file and mark in step', async () => {
  const { folder, read, get } = await home({ from: null });
  expect(await folder.writeDocument('memory/a.md', 'one')).toEqual({
    ok: true,
    written: ['memory/a.md'],
  });
  expect(read('memory/a.md')).toBe('one');
  expect(await get('memory/a.md')).toBe(sha256('one'));
  expect(await folder.writeDocument('memory/a.md', 'one')).toEqual({ ok: true, written: [] });
  expect(await folder.reconcile()).toMatchObject({ changed: [], finished: [] });
});

test('a write that expects another content is refused and changes nothing', async () => {
  const { folder, read, countOf } = await home({ from: null });
  await folder.writeDocument('a.md', 'one', { ifHash: null });
  const count = await countOf();
  expect(await folder.writeDocument('a.md', 'two', { ifHash: sha256('none') })).toEqual({
    ok: false,
    path: 'a.md',
    found: sha256('one'),
  });
  expect(await folder.writeDocument('a.md', 'two', { ifHash: null })).toMatchObject({ ok: false });
  expect(read('a.md')).toBe('one');
  expect(await countOf()).toBe(count);
});

test('one step writes a document once, and only what is kept as a document', async () => {
  const { folder } = await home({ from: null });
  const twice = ['a.md', './a.md'].map((path) => ({ path, content: 'x' }));
  await expect(folder.writeDocuments(twice)).rejects.toMatchObject({
    code: 'folder/written-twice',
  });
  for (const path of ['JOURNAL.md', DAY, 'program.ts', '.hidden.md']) {
    await expect(folder.writeDocument(path, 'x')).rejects.toMatchObject({
      code: 'folder/not-a-document',
    });
  }
});

test('a hand edit not yet taken in is a fact before a write replaces it', async () => {
  const { folder, write, read, log } = await home({ from: null });
  await folder.writeDocument('a.md', 'one');
  write('a.md', 'by hand');
  await folder.writeDocument('a.md', 'two');
  expect(read('a.md')).toBe('two');
  const history = await (await log.at()).history('doc:a.md', 'doc/hash');
  expect(history.map(({ v }) => v)).toEqual(['one', 'by hand', 'two'].map((text) => sha256(text)));
});

/** A disk on which something happens when a file gets its final name. */
const whenRenamed = (act: (to: string) => void): Disk => ({
  ...systemDisk,
  rename: (from, to) => {
    act(to);
    systemDisk.rename(from, to);
  },
});

test('an edit between the transaction and the replace stays, and both versions are in the log', async () => {
  const { root, folder, open, get, log, read } = await home({ from: null });
  await folder.writeDocument('a.md', 'one');
  let sneaky = true;
  const disk: Disk = {
    ...systemDisk,
    open: (path, flags, mode) => {
      if (sneaky && flags === 'wx') {
        sneaky = false;
        writeFileSync(join(root, 'a.md'), 'by hand');
      }
      return systemDisk.open(path, flags, mode);
    },
  };
  const result = await open(disk).writeDocument('a.md', 'two');
  expect(result).toMatchObject({ ok: false, path: 'a.md', found: sha256('by hand') });
  expect(read('a.md')).toBe('by hand');
  expect(await get('a.md')).toBe(sha256('by hand'));
  expect(await get('a.md', 'doc/conflict')).toMatchObject({ hash: sha256('two') });
  expect(Buffer.from((await log.blobs.get(sha256('two'))) ?? []).toString()).toBe('two');
  expect(await folder.reconcile()).toMatchObject({ changed: [], conflicts: [], finished: [] });
});

test('bytes written into the old file in the very moment of the replace are kept', async () => {
  const { root, folder, open, get, log, read } = await home({ from: null });
  await folder.writeDocument('a.md', 'one');
  const disk = whenRenamed((to) => {
    if (to === join(root, 'a.md')) writeFileSync(to, 'by hand');
  });
  expect(await open(disk).writeDocument('a.md', 'two')).toMatchObject({ ok: true });
  expect(read('a.md')).toBe('two');
  expect(await get('a.md', 'doc/conflict')).toMatchObject({ hash: sha256('by hand') });
  expect(await log.blobs.get(sha256('by hand'))).toBeDefined();
});

const crash = new Error('power');
/** A disk that fails at the rename into place, as a kill between transaction and replace would. */
const dyingDisk = (root: string): Disk =>
  whenRenamed((to) => {
    if (to.startsWith(root)) throw crash;
  });

test('a write cut off between transaction and replace is finished', async () => {
  const { root, folder, open, get, read } = await home({ from: null });
  await folder.writeDocument('a.md', 'one');
  await expect(open(dyingDisk(root)).writeDocument('a.md', 'two')).rejects.toBe(crash);
  await expect(open(dyingDisk(root)).writeDocument('new.md', 'new')).rejects.toBe(crash);
  expect(read('a.md')).toBe('one');
  const report = await folder.reconcile();
  expect(report).toMatchObject({ finished: ['a.md', 'new.md'], changed: [], conflicts: [] });
  expect([read('a.md'), read('new.md')]).toEqual(['two', 'new']);
  expect(await get('a.md')).toBe(sha256('two'));
  expect(await folder.reconcile()).toEqual(quiet);
});

test('a cut-off write is finished also when the marks are lost', async () => {
  const { root, folder, open, marks, read } = await home({ from: null });
  await folder.writeDocument('a.md', 'one');
  await expect(open(dyingDisk(root)).writeDocument('a.md', 'two')).rejects.toBe(crash);
  marks.close();
  expect(await folder.reconcile()).toMatchObject({ finished: ['a.md'] });
  expect(read('a.md')).toBe('two');
});

test('a cut-off write whose file was edited since is a conflict, and both versions stay', async () => {
  const { root, folder, open, write, read, get, log } = await home({ from: null });
  await folder.writeDocument('a.md', 'one\n');
  await expect(open(dyingDisk(root)).writeDocument('a.md', 'one\ntwo\n')).rejects.toBe(crash);
  write('a.md', 'by hand\n');
  const report = await folder.reconcile();
  expect(report.conflicts).toMatchObject([
    { path: 'a.md', kept: sha256('by hand\n'), other: sha256('one\ntwo\n') },
  ]);
  expect(read('a.md')).toBe('by hand\n');
  expect(await get('a.md')).toBe(sha256('by hand\n'));
  expect(await log.blobs.get(sha256('one\ntwo\n'))).toBeDefined();
  expect((await folder.reconcile()).conflicts).toEqual([]);
});

test('a file that holds what both sides added was merged, and is no conflict', async () => {
  const { root, folder, open, write, get } = await home({ from: null });
  await folder.writeDocument('a.md', 'one\n');
  await expect(open(dyingDisk(root)).writeDocument('a.md', 'one\ntwo\n')).rejects.toBe(crash);
  write('a.md', 'zero\none\ntwo\n');
  expect(await folder.reconcile()).toMatchObject({
    conflicts: [],
    changed: [{ path: 'a.md', kind: 'changed' }],
  });
  expect(await get('a.md')).toBe(sha256('zero\none\ntwo\n'));
});

test('several documents are one transaction, finished together after a crash', async () => {
  const { root, folder, open, read, countOf } = await home({ from: null });
  await folder.writeDocument('memory/INDEX.md', '# Memory Index\n');
  const count = await countOf();
  const writes = [
    { path: 'memory/user_a.md', content: 'note' },
    { path: 'memory/INDEX.md', content: '# Memory Index\n\n- a\n' },
  ];
  await expect(open(dyingDisk(root)).writeDocuments(writes)).rejects.toBe(crash);
  expect(await countOf()).toBe(count + 1);
  const { finished } = await folder.reconcile();
  expect(finished).toEqual(['memory/INDEX.md', 'memory/user_a.md']);
  expect(read('memory/user_a.md')).toBe('note');
});

test('a document is removed and moved with its past kept', async () => {
  const { root, folder, get, log } = await home({ from: null });
  await folder.writeDocument('a.md', 'one');
  expect(await folder.moveDocument('a.md', 'b/c.md')).toMatchObject({ ok: true });
  expect(await get('b/c.md', 'doc/moved-from')).toEqual({ $ref: 'doc:a.md' });
  await folder.writeDocuments([{ path: 'b/c.md', content: null }]);
  expect(systemDisk.list(join(root, 'b'))).toEqual([]);
  expect(await (await log.at()).history('doc:b/c.md', 'doc/hash')).toHaveLength(2);
  expect(await folder.moveDocument('gone.md', 'x.md')).toMatchObject({ ok: false, found: null });
});

test('an entry is a fact and then a line, and the same entry is written once', async () => {
  const { folder, read, log } = await home();
  await folder.reconcile();
  const before = read(DAY);
  const line = '{"ts": "2026-06-05T20:00:00+02:00", "run_id": "run-x", "status": "ok"}';
  const first = await folder.appendEntry(DAY, line, { by: 'agent:harbor' });
  expect(first).toMatchObject({ written: true, entity: 'run:run-x' });
  expect(await folder.appendEntry(DAY, line)).toMatchObject({ written: false, tx: first.tx });
  expect(read(DAY)).toBe(`${before}${line}\n`);
  expect((await log.transaction(first.tx))?.by).toBe('agent:harbor');
  expect(await folder.reconcile()).toEqual(quiet);
});

test('entries go into journals with an empty line between, and after a torn last line', async () => {
  const { folder, write, read } = await home({ from: null });
  write('JOURNAL.md', '# Work Journal');
  await folder.appendEntry('JOURNAL.md', '## [2026-06-05T10:00:00Z] BOOT\n\nup');
  await folder.appendEntry('JOURNAL.md', '## [2026-06-05T10:00:01Z] NOTE\n\nx');
  expect(read('JOURNAL.md')).toBe(
    '# Work Journal\n\n## [2026-06-05T10:00:00Z] BOOT\n\nup\n\n## [2026-06-05T10:00:01Z] NOTE\n\nx\n',
  );
  write(DAY, '{"ts": "torn');
  await folder.appendEntry(DAY, '{"run_id": "a"}');
  expect(read(DAY)).toBe('{"ts": "torn\n{"run_id": "a"}\n');
  const { damaged } = await folder.reconcile();
  expect(damaged.map(({ file, line }) => [file, line])).toEqual([[DAY, 1]]);
});

test('what is no single entry is refused', async () => {
  const { folder } = await home({ from: null });
  for (const [path, text] of [
    [DAY, 'no json'],
    [DAY, '{"a":1}\n{"b":2}'],
    ['JOURNAL.md', 'text'],
    ['journal/2026-06/2026-06-05.md', 'no heading'],
    ['a.md', '## x'],
  ] as const) {
    await expect(folder.appendEntry(path, text)).rejects.toMatchObject({
      code: 'folder/bad-entry',
    });
  }
});

test('an entry whose line was never written is written by the next reconcile', async () => {
  const { root, folder, open, read, write } = await home({ from: null });
  await folder.appendEntry(DAY, '{"run_id": "a"}');
  await folder.reconcile();
  const disk: Disk = {
    ...systemDisk,
    open: (path, flags, mode) => {
      if (path.startsWith(root) && flags === 'a+') throw crash;
      return systemDisk.open(path, flags, mode);
    },
  };
  await expect(open(disk).appendEntry(DAY, '{"run_id": "b"}')).rejects.toBe(crash);
  write(DAY, `${read(DAY)}{"run_id": "c"}\n`);
  expect(await folder.reconcile()).toMatchObject({
    finished: [DAY],
    entries: [{ path: DAY, count: 1 }],
  });
  expect(read(DAY)).toBe('{"run_id": "a"}\n{"run_id": "c"}\n{"run_id": "b"}\n');
  expect(await folder.reconcile()).toEqual(quiet);
});

test('lines that somebody else appended, or that a union merge moved, are taken in by identity', async () => {
  const { folder, write, read, countOf } = await home();
  await folder.reconcile();
  const lines = read(DAY).trimEnd().split('\n');
  write(DAY, `${[...lines.slice(3), '{"run_id":"new"}', ...lines.slice(0, 3)].join('\n')}\n`);
  expect(await folder.reconcile()).toMatchObject({
    entries: [{ path: DAY, count: 1 }],
    damaged: [],
  });
  expect(await countOf()).toBe(2);
  write(DAY, `${read(DAY)}{"run_id":"newer"}\n`);
  expect(await folder.reconcile()).toMatchObject({
    entries: [{ path: DAY, count: 1 }],
    damaged: [],
  });
});

test('a run taken out of the log still counts; a journal entry taken out is gone', async () => {
  const { folder, write, read, log } = await home();
  await folder.reconcile();
  write(DAY, read(DAY).split('\n').slice(1).join('\n'));
  const journal = 'journal/2026-06/2026-06-05.md';
  write(journal, read(journal).replace('Weekly evals: four of five.', 'Evals done.'));
  const report = await folder.reconcile();
  expect(report.damaged.map(({ file, message }) => `${file}: ${message}`)).toEqual([
    `${DAY}: 1 of its entries were taken out of the file; the log still holds and counts them`,
  ]);
  expect(report.entries).toEqual([{ path: journal, count: 1 }]);
  const database = await log.at();
  expect(await database.get('run:run-20260605-060000-000000-51c09d7e', 'run/status')).toBe('ok');
  const found = await database.find([{ e: { var: 'e' }, a: 'entry/file', v: journal }]);
  expect(found).toHaveLength(3);
});

test('a damaged line is reported with its number, kept, and the others are read', async () => {
  const { folder, write, read } = await home();
  const damagedText = read(DAY).replace('"primitive":"dream"', '"primitive":"dream');
  write(DAY, damagedText);
  const report = await folder.reconcile();
  expect(report.damaged).toMatchObject([{ file: DAY, line: 9, message: 'not a JSON object' }]);
  expect(report.adopted).toMatchObject([{ entries: 59 }]);
  expect(read(DAY)).toBe(damagedText);
  write(DAY, `${damagedText}{broken\n`);
  expect((await folder.reconcile()).damaged).toMatchObject([{ line: 10 }]);
});

test('two mistakes in the front matter of one note are both reported, and the note is kept', async () => {
  const { folder, write, read, get } = await home();
  write(NOTE, read(NOTE).replace('captured: 2026-05-30', 'captured: x').replace('high', 'sure'));
  const { damaged } = await folder.reconcile();
  expect(damaged.map(({ file, line }) => [file, line])).toEqual([
    [NOTE, 6],
    [NOTE, 11],
  ]);
  expect(await get(NOTE)).toBe(sha256(read(NOTE)));
  expect(await get(NOTE, 'note/name')).toBeUndefined();
  expect(await folder.check()).toEqual(damaged);
});

test('BOM, CRLF, other encodings and a note of 50 MB are kept byte for byte', async () => {
  const { root, folder, write, read, get, log } = await home();
  const crlf = `\ufeff${read(NOTE).replaceAll('\n', '\r\n')}`;
  write(NOTE, crlf);
  const latin1 = Buffer.from('caf\xe9', 'latin1');
  write('raw/latin1.md', latin1);
  const big = `${read('memory/user_reading_habits.md')}${'more and more text\n'.repeat(2_700_000)}`;
  write('memory/user_big.md', big);
  const { damaged } = await folder.reconcile();
  expect(damaged).toMatchObject([{ file: 'raw/latin1.md', line: 1, message: 'not UTF-8 text' }]);
  expect(read(NOTE)).toBe(crlf);
  expect(await get(NOTE, 'note/type')).toBe('feedback');
  expect(await log.blobs.get(sha256(latin1))).toEqual(latin1);
  expect(await get('memory/user_big.md')).toBe(sha256(big));
  expect(systemDisk.lstat(join(root, 'memory/user_big.md')).size).toBe(Buffer.byteLength(big));
});

test('a link out of the home is reported, and neither read nor written through', async () => {
  const { root, folder, get } = await home();
  const outside = await home({ from: null });
  outside.write('secret.md', 'secret');
  symlinkSync(join(outside.root, 'secret.md'), join(root, 'raw/link.md'));
  symlinkSync(outside.root, join(root, 'wiki/away'));
  const { damaged } = await folder.reconcile();
  expect(damaged.map(({ file }) => file)).toEqual(['raw/link.md', 'wiki/away']);
  expect(await get('raw/link.md')).toBeUndefined();
  for (const path of ['raw/link.md', 'wiki/away/x.md', '../x.md', '/etc/x.md', '.git/x.md']) {
    await expect(folder.writeDocument(path, 'x')).rejects.toBeInstanceOf(FolderError);
  }
  expect(outside.read('secret.md')).toBe('secret');
});

test('while git merges or holds unmerged paths, nothing is written or taken in', async () => {
  const { root, log, marks, folder, write } = await home();
  write('.git/MERGE_HEAD', 'x');
  const busy = { code: 'folder/merge-under-way', kind: 'busy' };
  await expect(folder.reconcile()).rejects.toMatchObject(busy);
  await expect(folder.writeDocument('a.md', 'x')).rejects.toMatchObject(busy);
  await expect(folder.appendEntry(DAY, '{"run_id":"x"}')).rejects.toMatchObject(busy);
  rmSync(join(root, '.git/MERGE_HEAD'));
  const git = { unmerged: async () => [NOTE, 'b'], ignored: async () => [] };
  const unmerged = openFolder({
    log,
    root,
    disk: systemDisk,
    random: seededRandom('1'),
    marks,
    git,
  });
  await expect(unmerged.reconcile()).rejects.toMatchObject({
    ...busy,
    message: `git holds ${NOTE} and 1 more as unmerged`,
    hint: 'resolve the file, `git add` it and commit, then run the command again',
  });
  expect(log.home).toBeUndefined();
});

test('what git ignores stays out of the log', async () => {
  const { root, log, marks, get } = await home();
  const git = { unmerged: async () => [], ignored: async () => ['raw/', 'serve.md'] };
  const folder = openFolder({ log, root, disk: systemDisk, random: seededRandom('1'), marks, git });
  await folder.reconcile();
  expect(await get('serve.md')).toBeUndefined();
  expect(await get('raw/2026-05-29_ledger_transcription.md')).toBeUndefined();
  expect(await get('tools.md')).toBeDefined();
});

test('a log of more lines than a transaction holds is adopted in several', async () => {
  const { folder, write, countOf } = await home({ from: null });
  const lines = Array.from({ length: 9_000 }, (_, n) => `{"run_id":"run-${n}","status":"ok"}\n`);
  write(DAY, lines.join(''));
  expect((await folder.reconcile()).entries).toEqual([{ path: DAY, count: 9_000 }]);
  expect(await countOf()).toBe(4);
  expect(await folder.reconcile()).toEqual(quiet);
});

test('documents come back as they were known, as new facts', async () => {
  const { folder, log, clock, read, countOf } = await home();
  await folder.reconcile();
  clock.advance(1_000_000);
  const then = clock.now();
  clock.advance(1_000_000);
  const old = read(NOTE);
  await folder.writeDocument(NOTE, 'spoilt');
  await folder.writeDocuments([{ path: 'memory/reference_catalogue.md', content: null }]);
  await folder.writeDocument('memory/user_new.md', 'new');
  const count = await countOf();
  expect(await folder.restore({ known: then, path: 'memory' })).toEqual({
    restored: [NOTE, 'memory/reference_catalogue.md'],
    newer: ['memory/user_new.md'],
    missing: [],
  });
  expect(read(NOTE)).toBe(old);
  expect(await countOf()).toBe(count + 1);
  const history = await (await log.at()).history(`doc:${NOTE}`, 'doc/hash');
  expect(history.map(({ v }) => v)).toEqual([sha256(old), sha256('spoilt'), sha256(old)]);
});

test('generated files are printed anew, keep what is written by hand, and only when they change', async () => {
  const { folder, read, write, countOf } = await home({ from: null });
  const print = async (_: unknown, current = '') => `${current.split('--\n')[0]}--\ngenerated\n`;
  const generators = [{ path: 'TRAIL.md', print }];
  expect(await folder.printGenerated(generators)).toEqual(['TRAIL.md']);
  write('TRAIL.md', 'mine\n--\nspoilt\n');
  expect(await folder.printGenerated(generators)).toEqual(['TRAIL.md']);
  expect(read('TRAIL.md')).toBe('mine\n--\ngenerated\n');
  const count = await countOf();
  expect(await folder.printGenerated(generators)).toEqual([]);
  expect(await countOf()).toBe(count);
});

test('the index of a memory follows its notes and keeps the words of its lines', async () => {
  const { folder, read, write } = await home();
  await folder.reconcile();
  const [agent] = folder.agents();
  const generators = agent === undefined ? [] : [memoryIndexGenerator(agent)];
  expect(await folder.printGenerated(generators)).toEqual([]);
  const index = 'memory/INDEX.md';
  const before = read(index);
  const line = before.split('\n').find((text) => text.includes('feedback_citation_style')) ?? '';
  write(index, before.replace(line, `${line}\n${line.replace('locked form', 'twice')}`));
  write('memory/feedback_new.md', read(NOTE).replace(/^name: .*$/m, 'name: New'));
  await folder.writeDocuments([{ path: 'memory/reference_catalogue.md', content: null }]);
  await folder.reconcile();
  expect(await folder.printGenerated(generators)).toEqual([index]);
  expect(read(index)).toBe(
    before
      .replace(/^.*reference_catalogue.*\n/m, '')
      .replace(line, `- [New](feedback_new.md) — Locked form for every citation\n${line}`),
  );
});

test('a vault of several agents is adopted in a transaction for each', async () => {
  const { root, folder, write, countOf, get } = await home({ from: null });
  for (const name of ['harbor', 'anchor'])
    cpSync(HARBOR, join(root, 'agents', name), { recursive: true });
  write('policy.md', 'x');
  write('README.md', 'x');
  const { adopted } = await folder.reconcile();
  expect(adopted.map(({ path, documents }) => [path, documents])).toEqual([
    ['', 2],
    ['agents/anchor', 45],
    ['agents/harbor', 45],
  ]);
  expect(await countOf()).toBe(3);
  expect(folder.agents()).toEqual([
    { name: 'anchor', path: 'agents/anchor' },
    { name: 'harbor', path: 'agents/harbor' },
  ]);
  expect(await get('policy.md')).toBe(sha256('x'));
});
