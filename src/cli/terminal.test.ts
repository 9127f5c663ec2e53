import { expect, test } from 'vitest';
import { manualClock, seededRandom, systemDisk } from '../base/index.ts';
import { createTerminal } from './terminal.ts';
import type { World } from './world.ts';

function screen(options: { isTerminal: boolean; env?: Record<string, string> }) {
  const said = { out: '', err: '' };
  const sink = (name: 'out' | 'err') => ({
    write: (text: string) => {
      said[name] += text;
    },
    isTerminal: options.isTerminal,
    columns: 40,
  });
  const clock = manualClock(1_000_000);
  const world: World = {
    cwd: '/',
    env: options.env ?? {},
    stdin: async () => '',
    stdinIsTerminal: false,
    stdout: sink('out'),
    stderr: sink('err'),
    clock,
    random: seededRandom('terminal'),
    disk: systemDisk,
    signal: new AbortController().signal,
  };
  return { world, said, clock };
}

const plain = { format: 'text', quiet: false, color: true } as const;

test('work that takes over a second is named on a terminal, with its seconds, and then cleared', async () => {
  const { world, said } = screen({ isTerminal: true });
  const terminal = createTerminal(world, plain);
  const started = Date.now();
  const answer = await terminal.during('opening the log', async () => {
    while (!said.err.includes('2 s') && Date.now() - started < 10_000) {
      await new Promise((next) => setImmediate(next));
    }
    return 7;
  });
  expect(answer).toBe(7);
  expect(said.err).toContain('\r\x1b[Kopening the log, 1 s');
  expect(said.err.endsWith('\r\x1b[K')).toBe(true);
  expect(said.out).toBe('');
});

test('progress is silent in the first second, off a terminal, and with --quiet', async () => {
  const early = screen({ isTerminal: true });
  createTerminal(early.world, plain).progress('x');
  const piped = screen({ isTerminal: false });
  const quiet = screen({ isTerminal: true });
  for (const [{ world, clock }, options] of [
    [piped, plain],
    [quiet, { ...plain, quiet: true }],
  ] as const) {
    const terminal = createTerminal(world, options);
    clock.advance(5_000_000);
    terminal.progress('x');
    await terminal.during('y', async () => undefined);
  }
  expect([early.said.err, piped.said.err, quiet.said.err]).toEqual(['', '', '']);
});

test('an item clears the line of progress before it is printed', () => {
  const { world, said, clock } = screen({ isTerminal: true });
  const terminal = createTerminal(world, plain);
  clock.advance(2_000_000);
  terminal.progress('half of it, and a very long line that does not fit the screen');
  terminal.item({ a: 1 }, 'one');
  expect(said.err).toBe('\r\x1b[Khalf of it, and a very long line that d\r\x1b[K');
  expect(said.out).toBe('one\n');
});

test.each([
  ['on a terminal', true, {}, true, true],
  ['not into a pipe', false, {}, true, false],
  ['not with NO_COLOR', true, { NO_COLOR: '1' }, true, false],
  ['not on a dumb terminal', true, { TERM: 'dumb' }, true, false],
  ['not with --no-color', true, {}, false, false],
])('text is coloured %s', (_, isTerminal, env, color, coloured) => {
  const { world } = screen({ isTerminal, env });
  const painted = createTerminal(world, { ...plain, color }).paint('green', 'ok');
  expect(painted === 'ok').toBe(!coloured);
});
