import { spawn } from 'node:child_process';
import { cpSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { testMachine } from '../machine.ts';
import { ANTHROPIC_KEY, anthropicServer } from '../model/anthropic-wire.ts';
import type { Turn } from '../model/wire-server.ts';

const BIN = join(import.meta.dirname, '../../bin/datum.js');

interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly out: string;
  readonly err: string;
}

/** A real `datum` that runs beside the test, whose server can answer it. */
function start(args: readonly string[], { cwd, env }: { cwd: string; env: NodeJS.ProcessEnv }) {
  const child = spawn(process.execPath, [BIN, '--format', 'json', ...args], { cwd, env });
  let out = '';
  let err = '';
  child.stdout.on('data', (part) => {
    out += String(part);
  });
  child.stderr.on('data', (part) => {
    err += String(part);
  });
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal, out, err }));
  });
  return { kill: (signal: NodeJS.Signals = 'SIGKILL') => child.kill(signal), ended };
}

/** The run that was begun first, as the log has it. */
function firstRun(root: string): string {
  const folder = join(root, '.datum/log');
  const files = readdirSync(folder, { recursive: true })
    .map(String)
    .filter((name) => name.endsWith('.jsonl'));
  const text = files.map((name) => readFileSync(join(folder, name), 'utf8')).join('');
  return /"a":"run\/request","e":"run:(run-[\d-]+)"/.exec(text)?.[1] ?? 'none';
}

/** A copy of harbor as a home, and the environment in which its models are at a local server. */
async function harborWith(...turns: readonly Turn[]) {
  const machine = testMachine();
  const root = machine.path('harbor');
  cpSync(join(import.meta.dirname, '../../examples/harbor'), root, { recursive: true });
  expect(machine.datum(['boot', root]).code).toBe(0);
  const server = await anthropicServer(...turns);
  const env = {
    PATH: process.env['PATH'],
    HOME: machine.path('.'),
    USER: 'ada',
    DATUM_STATE: machine.path('state'),
    ANTHROPIC_API_KEY: ANTHROPIC_KEY,
    ANTHROPIC_BASE_URL: `${server.url}/v1`,
  };
  const day = new Date().toISOString().slice(0, 10);
  const log = () => readFileSync(join(root, `log/${day.slice(0, 7)}/${day}.jsonl`), 'utf8');
  return { root, server, at: { cwd: root, env }, log };
}

const WHOLE: Turn = {
  pieces: ['It is.'],
  usage: { input: 4102, output: 892, cacheRead: 3200 },
};

test('a run killed while the model speaks keeps others out, is not asked again by itself, and goes on at a word', async () => {
  const { root, server, at, log } = await harborWith({ pieces: ['Let me'], after: 'hang' }, WHOLE);
  const first = start(['run', 'harbor', 'is 997 prime?'], at);
  await expect.poll(() => server.requests.length, { timeout: 60_000 }).toBe(1);

  const second = await start(['run', 'harbor', 'me too'], at).ended;
  expect([second.code, second.err]).toEqual([4, expect.stringContaining('at work')]);

  first.kill();
  expect((await first.ended).signal).toBe('SIGKILL');
  const run = firstRun(root);

  const stopped = await start(['run', 'harbor', '--resume', run], at).ended;
  expect([stopped.code, stopped.err + stopped.out]).toEqual([
    1,
    expect.stringContaining('unknown-outcome'),
  ]);
  expect(server.requests).toHaveLength(1);

  const done = await start(['run', 'harbor', '--resume', run, '--repeat'], at).ended;
  expect([done.code, done.err]).toEqual([0, expect.any(String)]);
  expect(JSON.parse(done.out)).toMatchObject({ run, text: 'It is.', costUsd: 0.017046 });
  expect(server.requests).toHaveLength(2);
  const statuses = log()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).status);
  expect(statuses.toSorted()).toEqual(['error', 'lock_busy', 'ok']);
  expect(log() + done.out + stopped.err).not.toContain(ANTHROPIC_KEY);
}, 180_000);

test('Ctrl-C ends a run with 130, keeps what had arrived, and the run goes on in the middle of it', async () => {
  const { server, at, log } = await harborWith({ pieces: ['It ', 'is'], after: 'hang' }, WHOLE);
  const first = start(['run', 'harbor', 'is 997 prime?'], at);
  await expect.poll(() => server.requests.length, { timeout: 60_000 }).toBe(1);
  // What the server wrote has arrived by the time another process was started and turned away.
  expect((await start(['run', 'harbor', 'me too'], at).ended).code).toBe(4);
  first.kill('SIGINT');
  const { code, out } = await first.ended;
  expect(code).toBe(130);
  const cut = JSON.parse(out);
  expect(cut).toMatchObject({ status: 'interrupted', text: 'It is' });
  const line = log()
    .trimEnd()
    .split('\n')
    .map((each) => JSON.parse(each))
    .at(-1);
  expect(line).toMatchObject({ status: 'interrupted', run_id: cut.run });
  expect(line.cost_usd).toBe(cut.costUsd);
  const done = await start(['run', 'harbor', '--resume', cut.run], at).ended;
  expect(JSON.parse(done.out)).toMatchObject({ status: 'ok', text: `${cut.text}It is.` });
  expect(server.requests).toHaveLength(2);
}, 180_000);
