import { spawnSync } from 'node:child_process';
import {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { bytes, type Disk, seededRandom, sha256, systemDisk } from '../../../base/index.ts';
import {
  fileList,
  fileMakeFolder,
  fileMove,
  fileRead,
  fileRemove,
  fileStat,
  fileWrite,
  liveFiles,
  type Operation,
  perform,
  within,
} from '../../index.ts';

/** A folder that may be written, one that may be read, one that is out of bounds. */
function setting(
  disk: Disk = systemDisk,
  limits: { readBytesMax?: number; entriesMax?: number } = {},
) {
  const top = mkdtempSync(join(tmpdir(), 'files-'));
  onTestFinished(() => rmSync(top, { recursive: true }));
  const [home, shared, outside] = ['home', 'shared', 'outside'].map((name) => join(top, name));
  for (const folder of [home!, shared!, outside!]) mkdirSync(folder);
  writeFileSync(join(outside!, 'secret.txt'), 'secret');
  writeFileSync(join(shared!, 'note.txt'), 'shared');
  const files = liveFiles({
    disk,
    random: seededRandom('files'),
    roots: [
      { path: home!, writable: true },
      { path: shared!, writable: false },
    ],
    ...limits,
  });
  const doing = <In, Out, Args>(operation: Operation<In, Out, Args>, args: In): Promise<Out> =>
    within([files], () => perform(operation, args));
  return { home: home!, shared: shared!, outside: outside!, doing };
}

const refused = { code: 'effect/outside-roots', kind: 'refused' };

test('a file is written whole, with its folders, and read back with its hash', async () => {
  const { home, doing } = setting();
  const written = await doing(fileWrite, { path: 'a/b/ü.txt', content: 'grüße' });
  expect(written).toEqual({ size: 7, sha256: sha256('grüße') });
  expect(await doing(fileRead, { path: 'a/b/ü.txt' })).toEqual({ content: 'grüße', ...written });
  expect(readFileSync(join(home, 'a/b/ü.txt'), 'utf8')).toBe('grüße');
});

test('bytes are written and read as bytes, and never guessed to be text', async () => {
  const { doing } = setting();
  const content = bytes(Buffer.from([0, 255, 254]));
  await doing(fileWrite, { path: 'raw', content });
  expect(await doing(fileRead, { path: 'raw', as: 'bytes' })).toMatchObject({ content });
  await expect(doing(fileRead, { path: 'raw' })).rejects.toMatchObject({ code: 'effect/not-text' });
});

test('a byte order mark and line ends stay as they are', async () => {
  const { home, doing } = setting();
  writeFileSync(join(home, 'bom'), '\ufeffa\r\nb\n');
  expect((await doing(fileRead, { path: 'bom' })).content).toBe('\ufeffa\r\nb\n');
});

test('a file is replaced only when it still holds what the caller saw', async () => {
  const { home, doing } = setting();
  const first = await doing(fileWrite, { path: 'n', content: 'one', replaces: null });
  writeFileSync(join(home, 'n'), 'edited by hand');
  const stale = doing(fileWrite, { path: 'n', content: 'two', replaces: first.sha256 });
  await expect(stale).rejects.toMatchObject({ code: 'effect/file-changed' });
  const again = doing(fileWrite, { path: 'n', content: 'two', replaces: null });
  await expect(again).rejects.toMatchObject({ code: 'effect/file-changed' });
  expect(readFileSync(join(home, 'n'), 'utf8')).toBe('edited by hand');
});

test('an executable file is one', async () => {
  const { home, doing } = setting();
  await doing(fileWrite, { path: 'run.sh', content: '#!/bin/sh\n', executable: true });
  expect(statSync(join(home, 'run.sh')).mode & 0o100).toBe(0o100);
});

test('a folder is listed by name, deep when asked, and cut when too long', async () => {
  const { home, doing } = setting(systemDisk, { entriesMax: 3 });
  mkdirSync(join(home, 'd'));
  writeFileSync(join(home, 'd/x'), '12');
  symlinkSync('d', join(home, 'l'));
  const shallow = await doing(fileList, { path: '.' });
  expect(shallow.entries.map(({ path, kind }) => [path, kind])).toEqual([
    ['d', 'folder'],
    ['l', 'link'],
  ]);
  const deep = await doing(fileList, { path: '', deep: true } as never).catch(() => null);
  expect(deep).toBeNull();
  const all = await doing(fileList, { path: '.', deep: true });
  expect(all).toMatchObject({ entries: [{}, {}, { path: 'd/x', size: 2 }], cut: false });
  writeFileSync(join(home, 'more'), '');
  expect(await doing(fileList, { path: '.', deep: true })).toMatchObject({ cut: true });
});

test('moving never overwrites, and removing says whether there was something', async () => {
  const { home, doing } = setting();
  writeFileSync(join(home, 'a'), 'a');
  writeFileSync(join(home, 'b'), 'b');
  const onto = doing(fileMove, { from: 'a', to: 'b' });
  await expect(onto).rejects.toMatchObject({ code: 'effect/file-exists' });
  await doing(fileMove, { from: 'a', to: 'deep/c' });
  expect(existsSync(join(home, 'deep/c'))).toBe(true);
  expect(await doing(fileRemove, { path: 'deep' })).toEqual({ removed: true });
  expect(await doing(fileRemove, { path: 'deep' })).toEqual({ removed: false });
  await doing(fileMakeFolder, { path: 'x/y' });
  expect((await doing(fileStat, { path: 'x/y' })).kind).toBe('folder');
  expect((await doing(fileStat, { path: 'none' })).kind).toBeNull();
});

test('what is missing is said to be missing', async () => {
  const { doing } = setting();
  await expect(doing(fileRead, { path: 'none' })).rejects.toMatchObject({
    code: 'effect/file-missing',
    message: 'none does not exist',
  });
});

test.each([
  ['a path upwards', '../outside/secret.txt'],
  ['a path upwards from deep inside', 'a/b/../../../outside/secret.txt'],
  ['an absolute path', '/etc/hostname'],
  ['the parent', '..'],
  ['a null character', 'a\0b'],
])('%s is refused for reading and writing', async (_, path) => {
  const { doing, outside } = setting();
  await expect(doing(fileRead, { path })).rejects.toMatchObject(refused);
  await expect(doing(fileWrite, { path, content: 'x' })).rejects.toMatchObject(refused);
  await expect(doing(fileRemove, { path })).rejects.toMatchObject(refused);
  await expect(doing(fileMove, { from: path, to: 'x' })).rejects.toMatchObject(refused);
  expect(readFileSync(join(outside, 'secret.txt'), 'utf8')).toBe('secret');
});

test('a folder with the name of a root as its beginning is not inside it', async () => {
  const { home, doing } = setting();
  mkdirSync(`${home}-other`);
  writeFileSync(`${home}-other/x`, 'x');
  await expect(doing(fileRead, { path: `${home}-other/x` })).rejects.toMatchObject(refused);
});

test.each([
  ['a link to a file outside', 'outside/secret.txt', 'way', 'way'],
  ['a link to a folder outside', 'outside', 'way', 'way/secret.txt'],
  ['a link to a link outside', 'outside', 'first', 'second/secret.txt'],
  ['a link that leads nowhere yet', 'outside/new.txt', 'way', 'way'],
])('%s leads nowhere', async (_, target, link, path) => {
  const { home, outside, doing } = setting();
  symlinkSync(join(home, '..', target), join(home, link));
  if (path.startsWith('second')) symlinkSync(link, join(home, 'second'));
  await expect(doing(fileRead, { path })).rejects.toThrow();
  await expect(doing(fileWrite, { path, content: 'x' })).rejects.toThrow();
  await expect(doing(fileWrite, { path: `${path}/deep`, content: 'x' })).rejects.toThrow();
  expect(existsSync(join(outside, 'new.txt'))).toBe(false);
  expect(readFileSync(join(outside, 'secret.txt'), 'utf8')).toBe('secret');
});

test('removing or moving a link means the link, not what it leads to', async () => {
  const { home, outside, doing } = setting();
  symlinkSync(outside, join(home, 'way'));
  await doing(fileMove, { from: 'way', to: 'other' });
  expect(lstatSync(join(home, 'other')).isSymbolicLink()).toBe(true);
  await doing(fileRemove, { path: 'other' });
  expect(existsSync(join(outside, 'secret.txt'))).toBe(true);
  symlinkSync(outside, join(home, 'way'));
  await expect(doing(fileRemove, { path: 'way/secret.txt' })).rejects.toMatchObject(refused);
});

test('a link inside the roots is followed, and writing through it keeps the link', async () => {
  const { home, doing } = setting();
  writeFileSync(join(home, 'real'), 'one');
  symlinkSync('real', join(home, 'way'));
  await doing(fileWrite, { path: 'way', content: 'two' });
  expect(readFileSync(join(home, 'real'), 'utf8')).toBe('two');
  expect(lstatSync(join(home, 'way')).isSymbolicLink()).toBe(true);
});

test('what may only be read is not written, also through a link from where one may write', async () => {
  const { home, shared, doing } = setting();
  const path = join(shared, 'note.txt');
  expect((await doing(fileRead, { path })).content).toBe('shared');
  await expect(doing(fileWrite, { path, content: 'x' })).rejects.toMatchObject(refused);
  symlinkSync(shared, join(home, 'way'));
  expect((await doing(fileRead, { path: 'way/note.txt' })).content).toBe('shared');
  const through = doing(fileWrite, { path: 'way/note.txt', content: 'x' });
  await expect(through).rejects.toMatchObject(refused);
});

test('a root itself is neither removed nor moved', async () => {
  const { home, doing } = setting();
  await expect(doing(fileRemove, { path: '.' })).rejects.toMatchObject(refused);
  await expect(doing(fileMove, { from: home, to: 'x' })).rejects.toMatchObject(refused);
});

test('writing beside a hard link leaves the other name as it was', async () => {
  const { home, outside, doing } = setting();
  linkSync(join(outside, 'secret.txt'), join(home, 'hard'));
  await doing(fileWrite, { path: 'hard', content: 'mine' });
  expect(readFileSync(join(outside, 'secret.txt'), 'utf8')).toBe('secret');
});

test('a file swapped for a link while it is opened is refused', async () => {
  let swap: (() => void) | undefined;
  const racing: Disk = {
    ...systemDisk,
    open: (path, flags, mode) => {
      swap?.();
      return systemDisk.open(path, flags, mode);
    },
  };
  const { home, outside, doing } = setting(racing);
  mkdirSync(join(home, 'd'));
  writeFileSync(join(home, 'd/secret.txt'), 'mine');
  swap = () => {
    renameSync(join(home, 'd'), join(home, 'gone'));
    symlinkSync(outside, join(home, 'd'));
  };
  await expect(doing(fileRead, { path: 'd/secret.txt' })).rejects.toMatchObject(refused);
});

test('pipes, devices and folders are not read, so nothing hangs', async () => {
  const { home, doing } = setting();
  spawnSync('mkfifo', [join(home, 'pipe')]);
  mkdirSync(join(home, 'folder'));
  for (const path of ['pipe', 'folder']) {
    await expect(doing(fileRead, { path })).rejects.toMatchObject({ code: 'effect/not-a-file' });
  }
});

test('a file beyond the limit is refused with both numbers', async () => {
  const { home, doing } = setting(systemDisk, { readBytesMax: 10 });
  writeFileSync(join(home, 'large'), '12345678901');
  await expect(doing(fileRead, { path: 'large' })).rejects.toMatchObject({
    code: 'effect/too-large',
    data: { size: 11, bytesMax: 10 },
  });
  const smaller = doing(fileRead, { path: 'large', bytesMax: 5 });
  await expect(smaller).rejects.toMatchObject({ data: { bytesMax: 5 } });
});

test('a full disk leaves the old content and says so', async () => {
  let full = false;
  const disk: Disk = {
    ...systemDisk,
    write: (fd, content, position) => {
      if (full) throw Object.assign(new Error('no space'), { code: 'ENOSPC' });
      systemDisk.write(fd, content, position);
    },
  };
  const { home, doing } = setting(disk);
  await doing(fileWrite, { path: 'n', content: 'old' });
  full = true;
  await expect(doing(fileWrite, { path: 'n', content: 'new' })).rejects.toMatchObject({
    code: 'effect/file-failed',
    message: 'n cannot be written: the disk is full',
  });
  expect(readFileSync(join(home, 'n'), 'utf8')).toBe('old');
});

test('no path made of dots, names and links ever reads or changes what is outside', async () => {
  const { home, outside, doing } = setting();
  mkdirSync(join(home, 'a/b'), { recursive: true });
  symlinkSync(outside, join(home, 'a/out'));
  symlinkSync('..', join(home, 'a/up'));
  symlinkSync('../..', join(home, 'a/b/top'));
  const part = fc.constantFrom(
    '..',
    '.',
    'a',
    'b',
    'out',
    'up',
    'top',
    'outside',
    'secret.txt',
    '',
  );
  const path = fc.array(part, { minLength: 1, maxLength: 8 }).map((parts) => parts.join('/'));
  await fc.assert(
    fc.asyncProperty(path, async (tried) => {
      if (tried === '') return;
      const read = await doing(fileRead, { path: tried }).catch(() => undefined);
      expect(read?.content).not.toBe('secret');
      await doing(fileWrite, { path: `${tried}/w`, content: 'x' }).catch(() => undefined);
      await doing(fileMove, { from: tried, to: 'moved' }).catch(() => undefined);
      await doing(fileMove, { from: 'moved', to: tried }).catch(() => undefined);
      rmSync(join(home, 'moved'), { recursive: true, force: true });
      expect(readFileSync(join(outside, 'secret.txt'), 'utf8')).toBe('secret');
      expect(existsSync(join(outside, 'w'))).toBe(false);
    }),
    { numRuns: 300 },
  );
});
