import { chmodSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { sha256, systemDisk } from '../../src/base/index.ts';
import { type TestMachine, testMachine } from '../machine.ts';

const READS: readonly (readonly string[])[] = [
  ['status'],
  ['resume'],
  ['show', 'room:reading'],
  ['history', 'room:reading'],
  ['find', '?e room/seats ?n'],
  ['search', 'Dojo'],
  ['log'],
  ['verify'],
  ['journal', 'recent'],
  ['branch', 'list'],
  ['trust', 'writers'],
  ['trust', 'tools'],
];

const WRITES: readonly (readonly string[])[] = [
  ['fact', 'assert', 'room:reading', 'room/seats', '25'],
  ['journal', 'add', 'NOTE', 'x'],
  ['handoff', '--note', 'x'],
  ['retire'],
  ['checkpoint'],
  ['branch', 'create', 'x'],
  ['trust', 'writers', '--all'],
  ['trust', 'tools', '--all'],
  ['erase', 'person:lin'],
  ['boot'],
  ['pull'],
  ['push'],
  ['recover'],
  ['accept-rollback'],
];

/** Every file below a folder with its hash; git's own and this copy's caches left out. */
const bytesOf = (folder: string): ReadonlyMap<string, string> =>
  new Map(
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => !/^\.git\/|^\.datum\/local/.test(name))
      .filter((name) => statSync(join(folder, name)).isFile())
      .map((name) => [name, sha256(readFileSync(join(folder, name)))]),
  );

const home = async (): Promise<{ machine: TestMachine; at: { in: string } }> => {
  const machine = testMachine();
  const at = { in: machine.path('home') };
  await machine.ask(['boot', 'home']);
  await machine.ask(['fact', 'assert', 'room:reading', 'room/seats', '24'], at);
  return { machine, at };
};

test('--read-only: reads work, writes are refused, and not a byte changes', async () => {
  const { machine, at } = await home();
  const before = bytesOf(at.in);
  for (const args of READS) {
    const { code, err } = await machine.run(['--read-only', ...args], at);
    expect(code, `${args.join(' ')}: ${err}`).toBe(0);
  }
  for (const args of WRITES) {
    const { code, err } = await machine.run(['--read-only', ...args], at);
    expect(code, args.join(' ')).toBe(3);
    expect(err).toContain('[cli/read-only]');
  }
  expect(bytesOf(at.in)).toEqual(before);
});

test('a home on a disk that cannot be written is read as the log has it; a write says why not', async () => {
  const { machine, at } = await home();
  const locked = [at.in, ...foldersOf(at.in)];
  onTestFinished(() => {
    for (const folder of locked) chmodSync(folder, 0o755);
  });
  for (const folder of locked.toReversed()) chmodSync(folder, 0o555);
  const disk = process.getuid?.() === 0 ? readOnlyDisk() : systemDisk;
  for (const args of READS) {
    const { code, err } = await machine.run(args, { ...at, disk });
    expect(code, `${args.join(' ')}: ${err}`).toBe(0);
  }
  const shown = await machine.ask(['show', 'room:reading'], { ...at, disk });
  expect(shown.values['room/seats']).toBe(24);
  const { code, err } = await machine.run(['journal', 'add', 'NOTE', 'x'], { ...at, disk });
  expect(code).toBe(1);
  expect(err).toMatch(/cannot be written|read-only/);
});

test('a new home below a folder that cannot be written is one clear sentence', async () => {
  const machine = testMachine();
  const { code, err } = await machine.run(['boot', 'home'], { disk: readOnlyDisk() });
  expect(code).toBe(1);
  expect(err).toMatch(/^datum: the system refused mkdir on .*home: /);
});

const foldersOf = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isDirectory());

/** A disk as it looks to somebody who may only read, for tests that run as root. */
function readOnlyDisk() {
  const refuse = (syscall: string) => (path: string) => {
    const message = `EROFS: read-only file system, ${syscall} '${path}'`;
    throw Object.assign(new Error(message), { code: 'EROFS', syscall, path });
  };
  return {
    ...systemDisk,
    open: (path: string, flags: string, mode?: number) =>
      flags === 'r' ? systemDisk.open(path, flags, mode) : refuse('open')(path),
    makeFolder: refuse('mkdir'),
    rename: refuse('rename'),
    remove: refuse('unlink'),
  };
}
