/**
 * From the shell: what a command takes, beside a bare `node -e 0` in the same rounds:
 * `node bench/boot.ts [rounds]`. Booting a new home and continuing one must take under half a second.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { interleave, median, quotients, report, spread, type Task } from './timing/rounds.ts';

const ROUNDS = Number(process.argv[2] ?? 15);
const BOOT_MILLIS_MAX = 500;
const BIN = join(import.meta.dirname, '../bin/datum.js');

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'datum-bench-')));
const env = { PATH: process.env['PATH'], HOME: folder, DATUM_STATE: join(folder, 'state') };
let fresh = 0;

function node(args: readonly string[]): void {
  const { status, stderr } = spawnSync(process.execPath, [...args], { cwd: folder, env });
  if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${status}: ${stderr}`);
}

const task = (name: string, args: () => readonly string[]): Task => ({
  name,
  run: (count) => {
    for (let n = 0; n < count; n += 1) node(args());
  },
});

const bare = 'node -e 0';
const tasks = [
  task(bare, () => ['-e', '0']),
  task('datum --version', () => [BIN, '--version']),
  task('datum status', () => [BIN, 'status', '--home', 'home']),
  task('datum boot, continuing a home', () => [BIN, 'boot', 'home']),
  task('datum boot, a new home', () => {
    fresh += 1;
    return [BIN, 'boot', `fresh-${fresh}`];
  }),
];

try {
  node([BIN, 'boot', 'home']);
  const timings = await interleave(tasks, { rounds: ROUNDS, count: 1 });
  for (const { name } of tasks) {
    const millis = (timings.get(name) ?? []).map((micros) => micros / 1000);
    const times = `${spread(quotients(timings, name, bare), 1)} times ${bare}`;
    const isBoot = name.startsWith('datum boot');
    const holds = isBoot ? median(millis) < BOOT_MILLIS_MAX : undefined;
    report(`${name}, ms`, `${spread(millis, 0).padEnd(20)} ${name === bare ? '' : times}`, holds);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
