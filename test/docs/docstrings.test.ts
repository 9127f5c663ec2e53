import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { expect, test } from 'vitest';

/**
 * Runs every `@example` of a public docstring. A line `expression; // => value` is checked; other
 * lines are run. In scope are all public names of all rooms, and every name of the example's own.
 */
const source = join(import.meta.dirname, '../../src');

interface Example {
  readonly file: string;
  readonly line: number;
  readonly code: readonly string[];
}

function examplesOf(file: string): readonly Example[] {
  const lines = readFileSync(join(source, file), 'utf8').split('\n');
  const examples: Example[] = [];
  for (const [index, text] of lines.entries()) {
    if (!/^\s*\* @example\s*$/.test(text)) continue;
    const rest = lines.slice(index + 1);
    const end = rest.findIndex((line) => /^\s*\*\/|^\s*\* @/.test(line));
    const code = rest.slice(0, end).map((line) => line.replace(/^\s*\* ?/, ''));
    examples.push({ file, line: index + 1, code: code.filter((line) => !line.startsWith('```')) });
  }
  return examples;
}

function bodyOf({ code }: Example): string {
  return code
    .join('\n')
    .replace(/;\n\s*\/\/ => /g, '; // => ')
    .split('\n')
    .map((line) => {
      const match = /^(.*?);\s*\/\/ => (.*)$/.exec(line);
      return match === null ? line : `check(${match[1]}, ${match[2]});`;
    })
    .join('\n');
}

async function publicNames(): Promise<Record<string, unknown>> {
  const names: Record<string, unknown> = {};
  for (const room of readdirSync(source)) {
    const index = join(source, room, 'index.ts');
    if (room !== 'cli' && existsSync(index)) Object.assign(names, await import(index));
  }
  return names;
}

/** What the files of the same room export; what runs in a thread runs when loaded, so it is left out. */
async function roomNames(file: string): Promise<Record<string, unknown>> {
  const [room = ''] = file.split(sep);
  const names: Record<string, unknown> = {};
  for (const each of files) {
    if (!each.startsWith(`${room}${sep}`) || /worker|thread/.test(each)) continue;
    Object.assign(names, await import(join(source, each)));
  }
  return Object.assign(names, await import(join(source, file)));
}

const files = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  .sort();
const examples = files.flatMap(examplesOf);

test('there are examples to run', () => {
  expect(examples.length).toBeGreaterThan(5);
});

test.each(examples)('the example in $file line $line is true', async (example) => {
  const names = { ...(await roomNames(example.file)), ...(await publicNames()) };
  const AsyncFunction = Object.getPrototypeOf(async () => undefined).constructor;
  const run = new AsyncFunction('check', ...Object.keys(names), bodyOf(example));
  await run(
    (actual: unknown, expected: unknown) => expect(actual).toEqual(expected),
    ...Object.values(names),
  );
});
