import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** One command of a documentation page with the output shown below it. */
export interface Shown {
  readonly line: number;
  readonly command: string;
  readonly exit: number;
  readonly output: readonly string[];
}

/**
 * The commands of all fenced `console` blocks of a page: `$ command`, then its output. A trailing
 * `# exit 3` states the exit code where it is not 0; a line `…` stands for any number of lines.
 */
export function commandsOf(page: string): readonly Shown[] {
  const shown: { line: number; command: string; exit: number; output: string[] }[] = [];
  let inside = false;
  for (const [index, text] of readFileSync(page, 'utf8').split('\n').entries()) {
    if (/^```/.test(text)) {
      inside = text === '```console';
      continue;
    }
    if (!inside) continue;
    if (text.startsWith('$ ')) {
      const exit = Number(/\s# exit (\d+)$/.exec(text)?.[1] ?? 0);
      const command = text.slice(2).replace(/\s+# .*$/, '');
      shown.push({ line: index + 1, command, exit, output: [] });
    } else {
      shown.at(-1)?.output.push(text);
    }
  }
  return shown;
}

export interface Ran {
  readonly exit: number;
  readonly output: readonly string[];
}

const MARK = '\u0001';

/** Runs the commands one after another in one shell, in an empty folder with `datum` on the path. */
export function runAll(commands: readonly string[]): readonly Ran[] {
  const root = mkdtempSync(join(tmpdir(), 'docs-'));
  try {
    const bin = join(root, 'bin');
    const work = join(root, 'work');
    for (const folder of [bin, work, join(root, 'home')]) mkdirSync(folder);
    const entry = join(import.meta.dirname, '../../bin/datum.js');
    const wrapper = `#!/bin/sh\nexec "${process.execPath}" "${entry}" "$@"\n`;
    writeFileSync(join(bin, 'datum'), wrapper);
    chmodSync(join(bin, 'datum'), 0o755);
    const script = commands.map((command) => `${command}\nprintf '${MARK}%s\\n' $?`).join('\n');
    const { stdout } = spawnSync('bash', ['-c', `exec 2>&1\n${script}`], {
      cwd: work,
      encoding: 'utf8',
      timeout: 120_000,
      env: {
        PATH: `${bin}:${process.env['PATH'] ?? ''}`,
        HOME: join(root, 'home'),
        DATUM_STATE: join(root, 'state'),
        EXAMPLES: join(import.meta.dirname, '../../examples'),
        LANG: 'C.UTF-8',
      },
    });
    return stdout
      .split(new RegExp(`${MARK}(?=\\d)`))
      .slice(1)
      .map((part, index, parts) => ({
        exit: Number(/^\d+/.exec(part)?.[0]),
        output: outputBefore(index, parts, stdout),
      }));
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

function outputBefore(index: number, parts: readonly string[], stdout: string): readonly string[] {
  const text =
    index === 0 ? (stdout.split(MARK)[0] ?? '') : (parts[index - 1] ?? '').replace(/^\d+\n/, '');
  return text.replace(/\n$/, '').split('\n');
}

const MASKS: readonly (readonly [RegExp, string])[] = [
  [/\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})/g, '<time>'],
  [/\d{4}-\d{2}-\d{2}(?: \d{2}:\d{2}(?::\d{2})?)?/g, '<date>'],
  [/[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g, '<id>'],
  [/\b[0-9a-f]{7,64}\b/g, '<hash>'],
  [/\d+(?:\.\d+)? ?(?:µs|ms|s)\b/g, '<duration>'],
  [/\/\S*\/(?:work|docs-\w+)(?=\/|\b)/g, '<folder>'],
  [/Node\.js \d+\.\d+\.\d+|git(?: version)? \d+\.\d+\.\d+\S*/g, '<version>'],
  [/[─]+/g, '─'],
  [/ +/g, ' '],
];

/** A line with everything that differs from run to run replaced by a word. */
export const masked = (line: string): string =>
  MASKS.reduce((text, [pattern, word]) => text.replace(pattern, word), line).trimEnd();

/** True when the lines match what is shown, `…` standing for any number of lines. */
export function matches(shown: readonly string[], actual: readonly string[]): boolean {
  const [first, ...rest] = shown.map((line) => line.trimEnd());
  if (first === undefined) return actual.every((line) => line.trim() === '');
  if (first === '…') {
    return matches(rest, actual) || (actual.length > 0 && matches(shown, actual.slice(1)));
  }
  const [line, ...others] = actual;
  return line !== undefined && masked(first) === masked(line) && matches(rest, others);
}
