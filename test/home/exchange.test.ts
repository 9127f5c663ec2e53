import { readFileSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readFactLines } from '../../src/home/index.ts';
import { testMachine } from '../machine.ts';

const lines = (text: string) =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

test('facts go from one home to another as JSON lines, with their stretches of time, and twice is once', async () => {
  const machine = testMachine();
  const [a, b] = [{ in: machine.path('a') }, { in: machine.path('b') }];
  await machine.ask(['boot', 'a']);
  await machine.ask(['boot', 'b']);
  const say = (...args: string[]) => machine.ask(['fact', ...args], a);
  await say('assert', 'attr:room/door', 'attribute/cardinality', '"many"');
  await say('assert', 'room:reading', 'room/door', '"north"');
  await say('assert', 'room:reading', 'room/door', '"south"');
  await say('assert', 'room:reading', 'room/seats', '24', '--valid-from', '2026-01-01');
  const march = ['--valid-from', '2026-03-01', '--valid-to', '2026-04-01'];
  await say('assert', 'room:reading', 'room/seats', '20', ...march);
  const told = await machine.run(['export', 'room:reading', 'attr:room/door'], a);
  expect(lines(told.out).map(({ a: attribute }) => attribute)).toEqual(
    expect.arrayContaining(['attribute/cardinality', 'room/door', 'room/seats']),
  );
  writeFileSync(machine.path('facts.jsonl'), told.out);
  const first = await machine.ask(['import', machine.path('facts.jsonl')], b);
  expect(first.facts).toBe(5);
  const seats = async (valid: string) =>
    (await machine.ask(['show', 'room:reading', '--valid', valid], b)).values['room/seats'];
  expect([await seats('2026-03-15'), await seats('2026-05-01')]).toEqual([20, 24]);
  const { values } = await machine.ask(['show', 'room:reading'], b);
  expect(values['room/door'].toSorted()).toEqual(['north', 'south']);
  expect(machine.git(['status', '--porcelain'], b)).toBe('');
  const now = await machine.run(['export', '--now'], b);
  expect(lines(now.out).filter(({ a: attribute }) => attribute === 'room/seats')).toHaveLength(1);
  const all = await machine.run(['export'], b);
  expect(lines(all.out).every(({ e }) => !/^(?:doc|entry|folder):/.test(e))).toBe(true);
  const before = await machine.ask(['show', 'room:reading', '--valid', '2026-03-15'], b);
  await machine.ask(['import'], { ...b, input: all.out });
  const after = await machine.ask(['show', 'room:reading', '--valid', '2026-03-15'], b);
  expect(after.values).toEqual(before.values);
});

test('a wrong line is named, and nothing of the file is written', async () => {
  const machine = testMachine();
  const at = { in: machine.path('home') };
  await machine.ask(['boot', 'home']);
  const input =
    '{"e":"room:x","a":"room/seats","v":1}\nnot json\n{"e":"room:x","a":"seats","v":1}\n{"e":"room:x","a":"room/seats","v":1,"validFrom":"soon"}\n';
  const { code, err } = await machine.run(['import', '--format', 'json'], { ...at, input });
  expect(code).toBe(2);
  expect(JSON.parse(err).error.data.wrong).toEqual([
    'line 2: not JSON',
    'line 3: "a" is no attribute (room/name)',
    'line 4: "validFrom" is no time',
  ]);
  expect((await machine.ask(['show', 'room:x'], at)).facts).toEqual([]);
});

test('whom to trust and what to erase is no matter of a file', async () => {
  const machine = testMachine();
  const at = { in: machine.path('home') };
  await machine.ask(['boot', 'home']);
  const writer = '0'.repeat(32);
  const input = [
    { e: `writer:${writer}`, a: 'writer/trusted', v: true },
    { e: `erasure:${writer}`, a: 'erasure/key', v: writer },
  ];
  for (const fact of input) {
    const refused = await machine.run(['import'], { ...at, input: JSON.stringify(fact) });
    expect(refused).toMatchObject({ code: 2 });
    expect(refused.err).toContain('is no fact to import');
  }
  await machine.ask(['fact', 'assert', `writer:${writer}`, 'writer/trusted', 'true'], at);
  expect((await machine.run(['export'], at)).out).not.toContain('writer/trusted');
});

test('a value nested beyond reason is refused in words', async () => {
  const machine = testMachine();
  const at = { in: machine.path('home') };
  await machine.ask(['boot', 'home']);
  const deep = '['.repeat(200_000) + ']'.repeat(200_000);
  const input = `{"e":"room:x","a":"room/seats","v":${deep}}\n`;
  const refused = await machine.run(['import'], { ...at, input });
  expect(refused.err).not.toContain('fault in datum itself');
  const stated = await machine.run(['fact', 'assert', 'room:x', 'room/seats', deep], at);
  expect(stated.err).not.toContain('fault in datum itself');
  expect([refused.code, stated.code]).toEqual([2, 1]);
});

test('any text is read as facts or refused with lines named, never a fault', () => {
  const line = fc.oneof(
    fc.string(),
    fc.json(),
    fc.record({ e: fc.string(), a: fc.string(), v: fc.jsonValue() }).map((x) => JSON.stringify(x)),
  );
  fc.assert(
    fc.property(fc.array(line), (parts) => {
      try {
        readFactLines(parts.join('\n'));
      } catch (error) {
        expect(error).toMatchObject({ code: 'home/import', kind: 'usage' });
      }
    }),
  );
});

test('a log is read as of a known time, from a transaction on, and followed', async () => {
  const machine = testMachine();
  const at = { in: machine.path('home') };
  await machine.ask(['boot', 'home']);
  await machine.ask(['fact', 'assert', 'room:x', 'room/seats', '1'], at);
  const [{ id }] = await machine.ask(['log', '-n', '1'], at);
  const before = await machine.ask(['log', '-n', '100'], at);
  await machine.ask(['fact', 'assert', 'room:x', 'room/seats', '2'], at);
  expect(await machine.ask(['log', '-n', '100', '--known', id], at)).toEqual(before);
  const stop = new AbortController();
  const clock = {
    now: () => Date.now() * 1000,
    sleep: async () => stop.abort(),
  };
  const followed = await machine.run(['log', '--follow', '-n', '1', '--format', 'json'], {
    ...at,
    clock,
    signal: stop.signal,
  });
  expect(followed.code).toBe(130);
  expect(lines(followed.out)).toHaveLength(1);
  expect(readFileSync(machine.path('home/JOURNAL.md'), 'utf8')).toContain('BOOT');
});
