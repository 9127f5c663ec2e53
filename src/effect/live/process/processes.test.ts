import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { systemDisk } from '../../../base/index.ts';
import type { z } from '../../../spec/index.ts';
import {
  liveProcesses,
  type ProcessesOptions,
  perform,
  processRun,
  type Timer,
  within,
} from '../../index.ts';

const node = process.execPath;

function setting(options: Partial<ProcessesOptions> = {}) {
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'processes-')));
  onTestFinished(() => rmSync(home, { recursive: true }));
  const handler = liveProcesses({
    disk: systemDisk,
    roots: [{ path: home, writable: true }],
    commands: [node, 'sh', 'sleep', 'nowhere-to-be-found'],
    environment: { PATH: process.env['PATH'], SECRET: 'hidden', LANG: 'C.UTF-8' },
    ...options,
  });
  const run = (
    args: z.input<typeof processRun.input.schema>,
    more: { readonly signal?: AbortSignal } = {},
  ) => within([handler], () => perform(processRun, args, more));
  return { home, run };
}

/** A Node program, given as its source. */
const program = (source: string, ...args: readonly string[]) => ({
  command: node,
  args: ['-e', source, '--', ...args],
});

test('a program gets its arguments as they are, and its outputs and exit code come back', async () => {
  const { run } = setting();
  const odd = ['a b', '$(touch x)', '`id`', '; rm -rf /', '"', "'", '*', 'ü', ''];
  const source =
    'console.log(JSON.stringify(process.argv.slice(1))); console.error("no"); process.exit(3)';
  const result = await run(program(source, ...odd));
  expect(JSON.parse(String(result.stdout))).toEqual(odd);
  expect(result).toMatchObject({ exitCode: 3, signal: null, stderr: 'no\n', timedOut: false });
});

test('input is given, and may be left unread', async () => {
  const { run } = setting();
  const echo = program('process.stdin.pipe(process.stdout)');
  expect((await run({ ...echo, stdin: 'grüße' })).stdout).toBe('grüße');
  const deaf = await run({ ...program('process.exit(0)'), stdin: 'x'.repeat(1_000_000) });
  expect(deaf.exitCode).toBe(0);
  expect((await run({ ...echo, stdin: { $bytes: 'AP8=' }, as: 'bytes' })).stdout).toEqual({
    $bytes: 'AP8=',
  });
});

test('only allowed variables reach the program', async () => {
  const shown = program('console.log(JSON.stringify([process.env.SECRET, process.env.LANG]))');
  const plain = setting();
  expect(JSON.parse(String((await plain.run(shown)).stdout))).toEqual([null, null]);
  const named = setting({ names: ['PATH', 'LANG'] });
  expect(JSON.parse(String((await named.run(shown)).stdout))).toEqual([null, 'C.UTF-8']);
  const set = await named.run({ ...shown, env: { LANG: 'de' } });
  expect(JSON.parse(String(set.stdout))).toEqual([null, 'de']);
  await expect(named.run({ ...shown, env: { LD_PRELOAD: '/x.so' } })).rejects.toMatchObject({
    code: 'effect/name-refused',
    kind: 'refused',
  });
});

test.each(['ls', '/bin/ls', './sh', '../sh', `${node} -v`])(
  '%s is not an allowed command',
  async (command) => {
    const { run } = setting();
    await expect(run({ command })).rejects.toMatchObject({
      code: 'effect/command-refused',
      kind: 'refused',
    });
  },
);

test('a command of that name in the working folder is not the one that runs', async () => {
  const { home, run } = setting({
    environment: { PATH: `.:${':'}${process.env['PATH'] ?? ''}` },
  });
  writeFileSync(join(home, 'sh'), '#!/bin/sh\necho planted\n', { mode: 0o755 });
  expect((await run({ command: 'sh', args: ['-c', 'echo real'] })).stdout).toBe('real\n');
});

test('what is not installed is said to be', async () => {
  const { run } = setting();
  await expect(run({ command: 'nowhere-to-be-found' })).rejects.toMatchObject({
    code: 'effect/not-started',
    message: 'nowhere-to-be-found could not be started: it is not installed',
    data: { mayHaveHappened: false },
  });
});

test('a program starts in an allowed folder only, links followed', async () => {
  const { home, run } = setting();
  mkdirSync(join(home, 'deep'));
  const where = program('console.log(process.cwd())');
  expect((await run({ ...where, cwd: 'deep' })).stdout).toBe(`${join(home, 'deep')}\n`);
  symlinkSync(tmpdir(), join(home, 'out'));
  for (const cwd of ['..', '/', 'out']) {
    await expect(run({ ...where, cwd })).rejects.toMatchObject({ code: 'effect/outside-roots' });
  }
});

test('a program that does not end is killed with all it started, and what it said is kept', async () => {
  // Its time is over when it has said what it says, however busy the machine is.
  let home = '';
  const timer: Timer = {
    sleep: async () => {
      while (!existsSync(join(home, 'said'))) await turn();
    },
  };
  const { run, ...where } = setting({ timer });
  home = where.home;
  const script = 'sleep 60 & echo $!; : > said; sleep 60';
  const result = await run({ command: 'sh', args: ['-c', script], timeoutMillis: 200 });
  expect(result).toMatchObject({ exitCode: null, signal: 'SIGKILL', timedOut: true });
  expect(Number(result.stdout)).toBeGreaterThan(0);
  expect(isRunning(Number(result.stdout))).toBe(false);
});

/** A killed process may stay as an entry without a program until its parent looks at it. */
function isRunning(pid: number): boolean {
  const ps = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });
  return !['', 'Z'].includes(ps.stdout.trim().slice(0, 1));
}

test('a program does not wait for what it left in the background', async () => {
  const { run } = setting();
  const result = await run({ command: 'sh', args: ['-c', 'sleep 60 & echo done'] });
  expect(result).toMatchObject({ exitCode: 0, stdout: 'done\n', timedOut: false });
});

test('a program that prints without end is cut and said to be', async () => {
  const { run } = setting({ outputBytesMax: 1000 });
  const result = await run(program('process.stdout.write("x".repeat(100_000_000))'));
  expect(result).toMatchObject({ exitCode: 0, cut: true });
  expect(String(result.stdout).length).toBe(1000);
});

test('all of a long output arrives', async () => {
  const { run } = setting({ outputBytesMax: 20_000_000 });
  const result = await run(program('process.stdout.write("x".repeat(10_000_000))'));
  expect([String(result.stdout).length, result.cut]).toEqual([10_000_000, false]);
});

test('a caller can give up, before and during', async () => {
  const { run } = setting();
  const before = AbortSignal.abort();
  await expect(run({ command: 'sleep', args: ['60'] }, { signal: before })).rejects.toMatchObject({
    name: 'AbortError',
  });
  const controller = new AbortController();
  setImmediate(() => controller.abort());
  const during = run({ command: 'sleep', args: ['60'] }, { signal: controller.signal });
  await expect(during).rejects.toMatchObject({ name: 'AbortError' });
});
