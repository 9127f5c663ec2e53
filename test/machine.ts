import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Clock, type Disk, systemClock, systemDisk, systemRandom } from '../src/base/index.ts';
import { main, type World } from '../src/cli/index.ts';

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A machine of its own for one test: home folder, state, git settings, and the real programs. */
export interface TestMachine {
  /** A folder with a space and a letter beyond ASCII in its name. */
  readonly folder: string;
  path(...parts: readonly string[]): string;
  /** Where this machine keeps its keys, and what it has seen and trusts. */
  readonly state: string;
  datum(args: readonly string[], options?: RunOptions): Ran;
  /** Runs a command with `--format json` and answers its data; fails the test on another exit code. */
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever shape the command documents.
  json(args: readonly string[], options?: RunOptions): any;
  git(args: readonly string[], options?: RunOptions): string;
  /** The same command in this process: faster, and with a world of the test's own. */
  run(args: readonly string[], options?: WorldOptions): Promise<Ran>;
  /** As `run` with `--format json`; the data, or a failed test on another exit code than 0. */
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever shape the command documents.
  ask(args: readonly string[], options?: WorldOptions): Promise<any>;
  /** Another machine that sees the same disk: same files, other state. */
  other(): TestMachine;
}

export interface RunOptions {
  readonly in?: string;
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export interface WorldOptions extends RunOptions {
  readonly clock?: Clock;
  readonly disk?: Disk;
  /** Both ends are a terminal of 80 columns. */
  readonly terminal?: boolean;
  readonly signal?: AbortSignal;
}

const BIN = join(import.meta.dirname, '../bin/datum.js');

export function testMachine(folder = scratch()): TestMachine {
  const own = mkdtempSync(join(folder, '.machine-'));
  const config = join(own, 'gitconfig');
  // Settings of a hostile machine: none of them may matter.
  writeFileSync(
    config,
    '[commit]\n\tgpgsign = true\n[gpg]\n\tprogram = false\n[core]\n\thooksPath = /nowhere\n\tautocrlf = true\n[user]\n\tuseConfigOnly = true\n',
  );
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: own,
    USER: 'ada',
    DATUM_STATE: join(own, 'state'),
    GIT_CONFIG_GLOBAL: config,
    GIT_CONFIG_NOSYSTEM: '1',
  };
  const inProcess = async (args: readonly string[], options: WorldOptions = {}): Promise<Ran> => {
    const said = { out: '', err: '' };
    const isTerminal = options.terminal === true;
    const sink = (name: 'out' | 'err') => ({
      write: (text: string) => {
        said[name] += text;
      },
      isTerminal,
      columns: 80,
    });
    const world: World = {
      cwd: options.in ?? folder,
      env: { ...env, ...options.env },
      stdin: async () => options.input ?? '',
      lines: async function* () {
        yield* (options.input ?? '').split('\n').slice(0, -1);
      },
      stdinIsTerminal: isTerminal,
      stdout: sink('out'),
      stderr: sink('err'),
      clock: options.clock ?? systemClock,
      random: systemRandom,
      disk: options.disk ?? systemDisk,
      signal: options.signal ?? new AbortController().signal,
    };
    const code = await main(args, { world });
    return { code, ...said };
  };
  const run = (program: string, args: readonly string[], options: RunOptions = {}) =>
    spawnSync(program, [...args], {
      cwd: options.in ?? folder,
      env: { ...env, ...options.env },
      input: options.input ?? '',
      encoding: 'utf8',
      maxBuffer: 1 << 26,
    });
  const datum = (args: readonly string[], options?: RunOptions): Ran => {
    const { status, stdout, stderr } = run(process.execPath, [BIN, ...args], options);
    return { code: status ?? -1, out: stdout, err: stderr };
  };
  return {
    folder,
    path: (...parts) => join(folder, ...parts),
    state: env.DATUM_STATE,
    datum,
    json: (args, options) => {
      const { code, out, err } = datum(['--format', 'json', ...args], options);
      if (code !== 0) throw new Error(`datum ${args.join(' ')} ended with ${code}: ${err}${out}`);
      return JSON.parse(out);
    },
    git: (args, options) => {
      const { status, stdout, stderr } = run('git', args, options);
      if (status !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`);
      return stdout;
    },
    run: inProcess,
    ask: async (args, options) => {
      const { code, out, err } = await inProcess(['--format', 'json', ...args], options);
      if (code !== 0) throw new Error(`datum ${args.join(' ')} ended with ${code}: ${err}${out}`);
      return JSON.parse(out);
    },
    other: () => testMachine(folder),
  };
}

function scratch(): string {
  const folder = join(realpathSync(mkdtempSync(join(tmpdir(), 'datum-'))), 'ein Ordner ü');
  mkdirSync(folder);
  onTestFinished(() => rmSync(join(folder, '..'), { recursive: true, force: true }));
  return folder;
}
