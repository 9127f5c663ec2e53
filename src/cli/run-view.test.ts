import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { manualClock, seededRandom, systemDisk } from '../base/index.ts';
import { runView } from './run-view.ts';
import { createTerminal } from './terminal.ts';
import type { World } from './world.ts';

interface Screen {
  readonly stdout?: boolean;
  readonly stderr?: boolean;
  readonly showsText?: boolean;
  readonly quiet?: boolean;
}

/** A run that says something, uses a tool, and says something else, with a pause in each. */
async function shown({ stdout = true, stderr = true, showsText = true, quiet = false }: Screen) {
  const written = { stdout: '', stderr: '' };
  const clock = manualClock(0);
  const sink = (name: 'stdout' | 'stderr', isTerminal: boolean) => ({
    isTerminal,
    columns: 60,
    write: (text: string) => {
      written[name] += text;
    },
  });
  // A timer that is let go of by hand, so that the line is drawn when the test says so.
  let wake: () => void = () => undefined;
  const sleep = (millis: number): Promise<void> =>
    new Promise((resolve) => {
      wake = () => {
        clock.advance(millis * 1000);
        resolve();
      };
    });
  const world: World = {
    cwd: '/',
    env: { NO_COLOR: '1' },
    stdin: async () => '',
    stdinIsTerminal: true,
    stdout: sink('stdout', stdout),
    stderr: sink('stderr', stderr),
    clock: { ...clock, sleep },
    random: seededRandom('view'),
    disk: systemDisk,
    signal: new AbortController().signal,
  };
  const terminal = createTerminal(world, { format: 'text', quiet, color: true });
  const view = runView({ world, terminal, showsText, quiet });
  const { onStep, onText, onTool, onSpend } = view.options;
  const pause = async (): Promise<void> => {
    wake();
    await null;
    await null;
  };
  onStep('asking gpt-5');
  await pause();
  onText('Let me\x1b[2J ');
  onText('see.');
  onTool({ name: 'compute', input: { question: 'is 7 prime' } });
  await pause();
  onSpend({ usd: 0.00123, estimated: true });
  await pause();
  onText('It is.');
  const wasShown = view.end();
  return { ...written, wasShown };
}

test('on a terminal the answer appears as it arrives, with the tools between its turns', async () => {
  const { stdout, stderr, wasShown } = await shown({});
  expect(stdout).toBe('Let me[2J see.\n\nIt is.\n');
  expect(wasShown).toBe(true);
  expect(stderr).toContain('  › compute {"question":"is 7 prime"}\n');
});

test('a line below it says what the run does and costs, and is gone at the end', async () => {
  const { stderr } = await shown({});
  const lines = stripVTControlCharacters(stderr);
  expect(lines).toContain('asking gpt-5 · 0s');
  expect(lines).toContain('using compute · 0s · ~0.0012 USD');
  expect(stderr.endsWith('\x1b[J')).toBe(true);
});

test('where standard output is no terminal it gets nothing until the answer is whole', async () => {
  const { stdout, stderr, wasShown } = await shown({ stdout: false });
  expect({ stdout, wasShown }).toEqual({ stdout: '', wasShown: false });
  expect(stripVTControlCharacters(stderr)).toContain('~0.0012 USD');
});

test.each([{ showsText: false }, { stdout: false, stderr: false }])(
  'nothing but data where data is asked for: %o',
  async (screen) => {
    const { stdout, stderr } = await shown({ ...screen, stderr: false });
    expect(stdout + stderr).toBe('');
  },
);

test('quiet shows the answer alone', async () => {
  const { stdout, stderr } = await shown({ quiet: true });
  expect({ stdout, stderr }).toEqual({ stdout: 'Let me[2J see.\n\nIt is.\n', stderr: '' });
});
