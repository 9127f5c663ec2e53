import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

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
  datum(args: readonly string[], options?: RunOptions): Ran;
  /** Runs a command with `--format json` and answers its data; fails the test on another exit code. */
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever shape the command documents.
  json(args: readonly string[], options?: RunOptions): any;
  git(args: readonly string[], options?: RunOptions): string;
  /** Another machine that sees the same disk: same files, other state. */
  other(): TestMachine;
}

export interface RunOptions {
  readonly in?: string;
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
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
    other: () => testMachine(folder),
  };
}

function scratch(): string {
  const folder = join(realpathSync(mkdtempSync(join(tmpdir(), 'datum-'))), 'ein Ordner ü');
  mkdirSync(folder);
  onTestFinished(() => rmSync(join(folder, '..'), { recursive: true, force: true }));
  return folder;
}
