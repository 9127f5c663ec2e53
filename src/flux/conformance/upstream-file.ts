import { z } from 'zod';
import { stackValue } from '../stack/value.ts';
import { duplicates } from './suite-file.ts';
import { emptyStart, type Suite, type Vector } from './vector.ts';
import { vectorsError } from './vectors-error.ts';

/** The file formats 2.x and 3.0 of the upstream suite (FLUX §6). */
const file = z.object({
  version: z.string(),
  total_vectors: z.int(),
  vectors: z.array(z.object({ name: z.string() }).loose()),
});
const vector = z.object({
  name: z.string().min(1),
  category: z.string().exactOptional(),
  bytecode_hex: z
    .string('bytecode_hex is a list, not text')
    .transform((text) => text.replaceAll(' ', ''))
    .pipe(z.string().regex(/^(?:[0-9a-fA-F]{2})*$/, 'bytecode_hex is not hex in pairs')),
  initial_stack: z.array(z.number()),
  expected_stack: z.array(z.number()),
  expected_flags: z.int('expected_flags is not a number').min(-1).max(255),
  allow_float_epsilon: z.boolean(),
  description: z.string(),
  expected_error: z.string().exactOptional(),
  contention_resources: z.array(z.int()).exactOptional(),
  installed_capabilities: z.array(z.object({ id: z.int() })).exactOptional(),
  resume_from: z
    .object({ channel: z.int(), stack: z.array(z.number()), pc: z.int() })
    .exactOptional(),
});

/** A vector of the file that cannot be read, and why. */
export interface MalformedVector {
  readonly name: string;
  readonly category: string;
  readonly problem: string;
}

export interface UpstreamFile extends Suite {
  readonly malformed: readonly MalformedVector[];
}

/** Reads an upstream file as it is: what is malformed is listed, what is odd about it is noted. */
export function readUpstreamFile(input: unknown, name: string): UpstreamFile {
  const parsed = file.safeParse(input);
  if (!parsed.success)
    throw vectorsError(
      name,
      parsed.error.issues.map(({ message }) => message),
    );
  const { total_vectors: total, vectors: entries } = parsed.data;
  const notes = duplicates(entries.map((each) => each.name));
  if (total !== entries.length)
    notes.push(`total_vectors says ${total}, there are ${entries.length}`);
  const vectors: Vector[] = [];
  const malformed: MalformedVector[] = [];
  for (const entry of entries) {
    const read = vector.safeParse(entry);
    if (read.success) vectors.push(asVector(read.data));
    else {
      const problem = read.error.issues.map(({ message }) => message).join('; ');
      malformed.push({ name: entry.name, category: categoryOf(entry.name), problem });
    }
  }
  return { name, vectors, malformed, notes };
}

/** Reads an upstream file that must be in order. Throws `flux/vectors` for anything that is not. */
export function readStrictUpstreamFile(input: unknown, name: string): Suite {
  const { malformed, ...suite } = readUpstreamFile(input, name);
  const problems = malformed.map((each) => `${each.name}: ${each.problem}`).concat(suite.notes);
  if (problems.length > 0) throw vectorsError(name, problems);
  return suite;
}

/** Version 2 files have no categories: there it is the name up to the first `_`. */
function categoryOf(name: string): string {
  return name.split('_')[0] ?? name;
}

function asVector(entry: z.output<typeof vector>): Vector {
  const { resume_from: frame, installed_capabilities: capabilities = [] } = entry;
  const stack = entry.initial_stack.map(stackValue);
  return {
    name: entry.name,
    category: entry.category ?? categoryOf(entry.name),
    machine: 'stack',
    code: Uint8Array.fromHex(entry.bytecode_hex),
    description: entry.description,
    start: {
      ...emptyStart,
      stack,
      frames: frame
        ? [{ ...frame, stack: frame.stack.map(stackValue), flags: 0, calls: [], confidence: 1 }]
        : [],
      host: {
        answer: 0,
        capabilities: capabilities.map(({ id }) => id),
        contended: entry.contention_resources ?? [],
      },
    },
    expect: {
      ...(entry.expected_error === undefined && {
        stack: entry.expected_stack,
        epsilon: entry.allow_float_epsilon,
        ...(entry.expected_flags !== -1 && { flags: entry.expected_flags }),
      }),
      ...(entry.expected_error !== undefined && { error: entry.expected_error }),
    },
  };
}
