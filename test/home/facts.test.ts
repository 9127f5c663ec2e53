import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { testMachine } from '../machine.ts';

const home = () => {
  const machine = testMachine();
  machine.json(['boot', 'home']);
  const at = { in: machine.path('home') };
  return {
    machine,
    at,
    datum: (...args: string[]) => machine.datum(args, at),
    json: (...args: string[]) => machine.json(args, at),
  };
};

test('facts are stated, corrected for a stretch of time, retracted, and read as of both times', () => {
  const { json } = home();
  const from = (time: string) => ['--valid-from', time];
  json('fact', 'assert', 'room:reading', 'room/seats', '24', ...from('2026-01-01'));
  const before = json('log', '-n', '1')[0].id;
  json(
    'fact',
    'assert',
    'room:reading',
    'room/seats',
    '20',
    ...from('2026-03-01'),
    '--valid-to',
    '2026-04-01',
  );
  const seats = (...options: string[]) =>
    json('show', 'room:reading', ...options).values['room/seats'];
  expect(seats()).toBe(24);
  expect(seats('--valid', '2026-03-15')).toBe(20);
  expect(seats('--valid', '2026-03-15', '--known', before)).toBe(24);
  expect(seats('--valid', '2025-12-31')).toBeUndefined();
  json('fact', 'retract', 'room:reading', 'room/seats');
  expect(seats()).toBeUndefined();
  expect(seats('--valid', '2026-03-15')).toBe(20);
  expect(json('history', 'room:reading')).toHaveLength(3);
});

test('stating what already holds writes nothing', () => {
  const { json } = home();
  json('fact', 'assert', 'agent:ada', 'agent/mood', '"calm"');
  expect(json('fact', 'assert', 'agent:ada', 'agent/mood', '"calm"').written).toBe(false);
});

test('a branch tries something, shows its difference, and is merged or forgotten', () => {
  const { json } = home();
  json('fact', 'assert', 'room:reading', 'room/seats', '24');
  json('branch', 'create', 'what-if');
  json('fact', 'assert', 'room:reading', 'room/seats', '40', '--branch', 'what-if');
  const seats = (...options: string[]) =>
    json('show', 'room:reading', ...options).values['room/seats'];
  expect(seats()).toBe(24);
  expect(seats('--branch', 'what-if')).toBe(40);
  expect(json('branch', 'diff', 'what-if')).toMatchObject([{ e: 'room:reading', v: 40, was: 24 }]);
  json('branch', 'merge', 'what-if');
  expect(seats()).toBe(40);
  json('branch', 'delete', 'what-if');
  expect(json('branch', 'list')).toEqual([]);
});

test('an edit by hand is taken in, found, and the file comes back as it was', () => {
  const { machine, json } = home();
  const page = machine.path('home/wiki/README.md');
  const original = readFileSync(page, 'utf8');
  const before = json('log', '-n', '1')[0].id;
  writeFileSync(page, `${original}\nThe ledger ends in 1791.\n`);
  expect(json('search', 'ledger')).toMatchObject([{ entity: 'doc:wiki/README.md' }]);
  expect(json('restore', 'wiki/README.md', '--known', before).restored).toEqual(['wiki/README.md']);
  expect(readFileSync(page, 'utf8')).toBe(original);
  expect(json('search', 'ledger', '--known', before)).toEqual([]);
});

test.each([
  [['fact', 'assert', 'ada', 'agent/mood', '1'], 2, 'kind:name'],
  [['fact', 'assert', 'agent:ada', 'agent/mood', 'calm'], 2, `'"calm"'`],
  [['fact', 'assert', 'agent:ada', 'mood', '1'], 2, 'attribute'],
  [['show', 'agent:ada', '--known', 'yesterday'], 2, 'write a date'],
  [['find', 'one'], 2, 'is not a pattern'],
  [['restore', 'wiki'], 2, '--known is missing'],
])('%j is refused with what to write instead', (args, code, text) => {
  const { datum } = home();
  const ran = datum(...(args as string[]));
  expect(ran.code).toBe(code);
  expect(ran.err).toContain(text);
  expect(ran.err).not.toContain('    at ');
});

test('a changed byte of the past is refused with the place named', () => {
  const { machine, datum, json } = home();
  json('fact', 'assert', 'agent:ada', 'agent/mood', '"calm"');
  const [segment = ''] = machine
    .git(['ls-files', '.datum/log'], { in: machine.path('home') })
    .split('\n');
  const path = machine.path('home', segment);
  writeFileSync(path, readFileSync(path, 'latin1').replace('"calm"', '"mild"'), 'latin1');
  const ran = datum('verify');
  expect(ran.code).toBe(5);
  expect(ran.out).toContain(segment);
  expect(ran.out).toMatch(/transaction \d+ of [0-9a-f]{32}/);
});

/** A home whose last three transactions were taken away behind its back. */
function rolledBack() {
  const { machine, datum, json, at } = home();
  for (const mood of ['"calm"', '"wild"', '"dull"']) {
    json('fact', 'assert', 'agent:ada', 'agent/mood', mood);
  }
  machine.git(['reset', '--quiet', '--hard', 'HEAD~3'], at);
  return { datum, json, mood: () => json('show', 'agent:ada').values['agent/mood'] };
}

test('a rolled back log is refused, with the missing transactions and the ways on', () => {
  const { datum } = rolledBack();
  const ran = datum('show', 'agent:ada');
  expect(ran.code).toBe(5);
  expect(ran.err).toMatch(/missing|rolled back/);
  expect(ran.err).toContain('recover');
  expect(ran.err).toContain('accept-rollback');
});

test('the missing transactions come back from the index', () => {
  const { datum, json, mood } = rolledBack();
  expect(json('recover').recovered).toHaveLength(1);
  expect(mood()).toBe('dull');
  expect(datum('verify').code).toBe(0);
});

test('a rollback that is accepted is recorded, and work goes on', () => {
  const { datum, json, mood } = rolledBack();
  expect(json('accept-rollback').missing).toHaveLength(1);
  expect(mood()).toBeUndefined();
  json('fact', 'assert', 'agent:ada', 'agent/mood', '"new"');
  expect(mood()).toBe('new');
  expect(datum('verify').code).toBe(0);
});
