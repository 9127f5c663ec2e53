import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { datumInProcess } from '../../../test/in-process.ts';

const cwd = mkdtempSync(join(tmpdir(), 'evolve-'));

const evolve = (...argv: readonly string[]) =>
  datumInProcess(['evolve', ...argv, '--threads', '1'], { cwd });

test('a winner is shown, checked with held-out cases and saved with its lineage', async () => {
  const { code, out, err } = await evolve('--target', 'double', '--seed', '1');
  expect(code).toBe(0);
  expect(err).toMatch(
    /^Generation 1: fitness=\d\.\d\d \(\d\/8 cases, distance [\d.]+, \d+ instructions/,
  );
  expect(out).toMatch(/^double found in generation \d+ after [\d,]+ evaluations\n/);
  expect(out).toContain('held-out cases  6 of 6 right');
  expect(readFileSync(join(cwd, 'double-1.flux'), 'utf8')).toContain('## Lineage');
});

test('a target of one’s own is read from a file', async () => {
  const cases = [1, 2, 3, 4, 5, 6, 7, 8].map((n) => ({ in: [n], out: n + 3 }));
  writeFileSync(join(cwd, 'three.json'), JSON.stringify({ name: 'plus-three', cases }));
  const { code, out } = await evolve(
    '--target',
    'three.json',
    '--out',
    'three.flux',
    '--quiet',
    '--format',
    'json',
  );
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({
    target: 'plus-three',
    file: 'three.flux',
    winner: { heldOutPassed: 2, heldOut: 2 },
  });
});

test('a search without a winner ends with 1 and saves nothing', async () => {
  const { code, out } = await evolve('--target', 'isqrt', '--generations', '2', '--out', 'no.flux');
  expect(code).toBe(1);
  expect(out).toMatch(/^isqrt not found: the best program solves \d+ of 18 cases, after 2 gen/);
  expect(existsSync(join(cwd, 'no.flux'))).toBe(false);
});

test('what may change nothing breeds nothing that it could not save', async () => {
  const { code, out, err } = await evolve('--target', 'double', '--seed', '3', '--read-only');
  expect([code, out, err]).toEqual([3, '', expect.stringContaining('cli/read-only')]);
  expect(existsSync(join(cwd, 'double-3.flux'))).toBe(false);
});

test.each([
  [[], 'a target is missing'],
  [['--target', 'nope'], 'there is no target nope'],
  [['--target', 'double', '--generations', '0'], 'generations is 0'],
  [['--target', 'broken.json'], 'broken.json is no JSON'],
])('a faulty command line is a usage error: %j', async (argv, message) => {
  writeFileSync(join(cwd, 'broken.json'), '{');
  const { code, err } = await evolve(...argv);
  expect(code).toBe(2);
  expect(err).toContain(message);
});
