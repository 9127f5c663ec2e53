import { spawn } from 'node:child_process';
import { cpSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { testMachine } from '../machine.ts';
import { ANTHROPIC_KEY, anthropicServer } from '../model/anthropic-wire.ts';

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
  return { kill: () => child.kill('SIGKILL'), ended };
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

test('a run killed while the model speaks keeps others out, is not asked again by itself, and goes on at a word', async () => {
  const machine = testMachine();
  const root = machine.path('harbor');
  cpSync(join(import.meta.dirname, '../../examples/harbor'), root, { recursive: true });
  expect(machine.datum(['boot', root]).code).toBe(0);
  const server = await anthropicServer(
    { pieces: ['Let me'], after: 'hang' },
    { pieces: ['It is.'], usage: { input: 4102, output: 892, cacheRead: 3200 } },
  );
  const env = {
    PATH: process.env['PATH'],
    HOME: machine.path('.'),
    USER: 'ada',
    DATUM_STATE: machine.path('state'),
    ANTHROPIC_API_KEY: ANTHROPIC_KEY,
    ANTHROPIC_BASE_URL: `${server.url}/v1`,
  };
  const at = { cwd: root, env };
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
  const day = new Date().toISOString().slice(0, 10);
  const log = readFileSync(join(root, `log/${day.slice(0, 7)}/${day}.jsonl`), 'utf8');
  const statuses = log
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).status);
  expect(statuses.toSorted()).toEqual(['error', 'lock_busy', 'ok']);
  expect(log + done.out + stopped.err).not.toContain(ANTHROPIC_KEY);
}, 180_000);
