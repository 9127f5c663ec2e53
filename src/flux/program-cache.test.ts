import { expect, test } from 'vitest';
import { ProgramCache } from './program-cache.ts';

const compiled = () => 'compiled';

test('a program waits until it has run for thirty times what compiling it takes', () => {
  const programs = new ProgramCache<string>();
  const program = programs.entry(new Uint8Array(100));
  // 40,000 steps and 100 for each byte; 31 times that for a compiler that never ran.
  expect(program.stepsToHot).toBe(30 * 50_000 * 31);
  program.countInterpreted(1_000_000);
  expect(programs.entry(new Uint8Array(100)).stepsToHot).toBe(30 * 50_000 * 31 - 1_000_000);
  program.countInterpreted(1e9);
  expect(program.stepsToHot).toBe(0);
});

test('a compiler that has run before is waited for less', () => {
  const programs = new ProgramCache<string>();
  const waits = Array.from({ length: 1000 }, (_, nth) => {
    const program = programs.entry(new Uint8Array(), String(nth));
    const wanted = program.stepsToHot!;
    program.compiled(compiled);
    return wanted;
  });
  expect(waits).toEqual(waits.toSorted((a, b) => b - a));
  expect(waits[4]).toBe(30 * 40_000 * 16);
  expect(waits.at(-1)).toBeLessThan(30 * 40_000 * 1.2);
});

test('a program is compiled once, and one that cannot be is never waited for', () => {
  const programs = new ProgramCache<string>();
  const good = programs.entry(Uint8Array.of(1));
  expect([good.compiled(compiled), good.compiled(() => 'again')]).toEqual(['compiled', 'compiled']);
  expect(good.stepsToHot).toBe(0);
  const bad = programs.entry(Uint8Array.of(2));
  expect([bad.compiled(() => undefined), bad.compiled(compiled)]).toEqual([undefined, undefined]);
  expect(bad.stepsToHot).toBeUndefined();
});

test('programs are told apart by all their bytes and by their start', () => {
  const programs = new ProgramCache<string>();
  const long = new Uint8Array(1000);
  const other = long.slice();
  other[999] = 1;
  const entry = programs.entry(long, 'i');
  expect(programs.entry(long.slice(), 'i')).toBe(entry);
  expect(programs.entry(long, 'f')).not.toBe(entry);
  expect(programs.entry(other, 'i')).not.toBe(entry);
  long[0] = 1;
  expect(programs.entry(long, 'i')).not.toBe(entry);
});
