import { expect, test } from 'vitest';
import { manualClock } from '../../src/base/index.ts';
import { testMachine } from '../machine.ts';

const micros = (time: string): number => Date.parse(time) * 1000;

/**
 * A home with two facts about seats, written on two days: known since May, 24 for good; known since
 * June, 20 in March alone. Between them stands the word kumquat, taken back in June.
 */
async function seatsHome() {
  const machine = testMachine();
  const clock = manualClock(micros('2026-05-01T00:00:00Z'));
  const at = { in: machine.path('home'), clock };
  await machine.ask(['boot', 'home'], { clock });
  const say = (...words: readonly string[]) => machine.ask(['fact', ...words], at);
  const always = ['--valid-from', '2026-01-01'];
  await say('assert', 'room:reading', 'room/seats', '24', ...always);
  await say('assert', 'room:reading', 'room/nick', '"the kumquat room"', ...always);
  clock.set(micros('2026-06-01T00:00:00Z'));
  const march = ['--valid-from', '2026-03-01', '--valid-to', '2026-04-01'];
  await say('assert', 'room:reading', 'room/seats', '20', ...march);
  await say('retract', 'room:reading', 'room/nick');
  clock.set(micros('2026-07-01T00:00:00Z'));
  const ask = (command: readonly string[], ...point: readonly string[]) =>
    machine.ask([...command, ...point], at);
  const text = async (...argv: readonly string[]) => (await machine.run(argv, at)).out;
  return { ask, text };
}

const MAY = ['--known', '2026-05-15'];
const MARCH = ['--valid', '2026-03-15'];

test('show answers as of what was known and as of what was true', async () => {
  const { ask } = await seatsHome();
  const seats = async (...point: readonly string[]) =>
    (await ask(['show', 'room:reading'], ...point)).values['room/seats'];
  expect(await seats()).toBe(24);
  expect(await seats(...MARCH)).toBe(20);
  expect(await seats(...MARCH, ...MAY)).toBe(24);
  expect(await seats(...MAY)).toBe(24);
  expect(await seats('--known', '2026-04-01')).toBeUndefined();
  expect(await seats('--valid', '2025-12-31')).toBeUndefined();
});

test('history tells what had been stated by then, and of it what speaks of that time', async () => {
  const { ask } = await seatsHome();
  const stated = async (...point: readonly string[]) =>
    (await ask(['history', 'room:reading', 'room/seats'], ...point)).map(
      ({ v }: { readonly v: number }) => v,
    );
  expect(await stated()).toEqual([24, 20]);
  expect(await stated(...MAY)).toEqual([24]);
  expect(await stated(...MARCH)).toEqual([24, 20]);
  expect(await stated('--valid', '2026-05-01')).toEqual([24]);
  expect(await stated('--valid', '2025-12-31')).toEqual([]);
});

test('find answers as of what was known and as of what was true', async () => {
  const { ask } = await seatsHome();
  const found = async (...point: readonly string[]) =>
    (await ask(['find', '?room room/seats ?seats'], ...point)).map(
      ({ seats }: { readonly seats: number }) => seats,
    );
  expect(await found()).toEqual([24]);
  expect(await found(...MARCH)).toEqual([20]);
  expect(await found(...MARCH, ...MAY)).toEqual([24]);
  expect(await found('--known', '2026-04-01')).toEqual([]);
});

test('search finds what was known and held then', async () => {
  const { ask } = await seatsHome();
  const found = async (...point: readonly string[]) =>
    (await ask(['search', 'kumquat'], ...point)).map(
      ({ entity }: { readonly entity: string }) => entity,
    );
  expect(await found()).toEqual([]);
  expect(await found(...MAY)).toEqual(['room:reading']);
  expect(await found(...MARCH)).toEqual(['room:reading']);
  expect(await found('--known', '2026-04-01')).toEqual([]);
  expect(await found('--valid', '2025-12-31')).toEqual([]);
});

test('log lists what was known, and of it what speaks of that time', async () => {
  const { ask } = await seatsHome();
  const values = async (...point: readonly string[]) =>
    (await ask(['log', '-n', '100'], ...point))
      .flatMap(({ facts }: { readonly facts: readonly { a: string; v?: number }[] }) => facts)
      .filter(({ a }: { readonly a: string }) => a === 'room/seats')
      .map(({ v }: { readonly v?: number }) => v);
  expect(await values()).toEqual([24, 20]);
  expect(await values(...MAY)).toEqual([24]);
  expect(await values(...MARCH)).toEqual([24, 20]);
  expect(await values('--valid', '2026-05-01')).toEqual([24]);
  expect(await values('--valid', '2025-12-31')).toEqual([]);
});

test('a time that is none is a mistake in every reading command, and people see the same as programs', async () => {
  const { text } = await seatsHome();
  expect(await text('show', 'room:reading', ...MARCH)).toContain('20');
  const machine = testMachine();
  await machine.ask(['boot', 'home']);
  for (const command of [
    ['show', 'room:a'],
    ['history', 'room:a'],
    ['find', '?room room/seats ?seats'],
    ['search', 'x'],
    ['log'],
  ]) {
    for (const option of ['--known', '--valid']) {
      const wrong = await machine.run([...command, option, 'noon-ish'], {
        in: machine.path('home'),
      });
      expect({ command, option, code: wrong.code }).toEqual({ command, option, code: 2 });
      expect(wrong.err).toContain(option);
    }
  }
});
