import { readFileSync } from 'node:fs';
import { readSuiteFile } from './suite-file.ts';
import { readStrictUpstreamFile, readUpstreamFile, type UpstreamFile } from './upstream-file.ts';
import type { Suite } from './vector.ts';
import { vectorsError } from './vectors-error.ts';
import { readVerdicts, type Verdict } from './verdicts.ts';

/** The suites that come with datum; `v2` and `v3` are machine S, `register` is machine R. */
export const suiteNames = ['v2', 'v3', 'register'] as const;
export type SuiteName = (typeof suiteNames)[number];

// The package carries the vectors as the files that other languages run.
const FOLDER = new URL('../../../test/vectors/flux/', import.meta.url);

function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw vectorsError(name, [error instanceof Error ? error.message : String(error)]);
  }
}

function readJson(name: string): unknown {
  return parseJson(readFileSync(new URL(name, FOLDER), 'utf8'), name);
}

/** A suite that comes with datum. */
export function builtinSuite(name: SuiteName): Suite {
  if (name === 'v2') return readStrictUpstreamFile(readJson('vectors-v2-builtin.json'), 'v2');
  const file = name === 'v3' ? 'vectors-v3-suite.json' : 'vectors-register.json';
  return readSuiteFile(readJson(file), file);
}

/** Reads a suite of either format from JSON text; `name` stands in its errors. */
export function parseSuite(text: string, name: string): Suite {
  const input = parseJson(text, name);
  const isOurs = typeof input === 'object' && input !== null && 'format' in input;
  return isOurs ? readSuiteFile(input, name) : readStrictUpstreamFile(input, name);
}

/** The two upstream files as they are, and why some of their vectors cannot pass. */
export function upstreamFile(version: 'v2' | 'v3'): {
  readonly file: UpstreamFile;
  readonly verdicts: ReadonlyMap<string, Verdict>;
} {
  const name = `vectors-${version}.json`;
  return {
    file: readUpstreamFile(readJson(name), name),
    verdicts: readVerdicts(readJson('vector-verdicts.json'), version),
  };
}
