import { z } from 'zod';
import type { DataSegment } from '../machine.ts';
import { parseValue, stackValue, type Value } from '../stack/value.ts';
import type { ExpectedValue, Suite, Vector } from './vector.ts';
import { vectorsError } from './vectors-error.ts';

const u8 = z.int().min(0).max(255);
const count = z.int().nonnegative();
const hex = z
  .string()
  .regex(/^(?:[0-9a-f]{2})*$/, 'is not lower-case hex in pairs')
  .transform((text) => Uint8Array.fromHex(text));
const segment = z
  .strictObject({ address: count, hex })
  .transform(({ address, hex: bytes }): DataSegment => ({ address, bytes }));

/** A number, or the text of a value where its kind matters: `5` is an integer, `"5.0"` a float. */
const value = z.union([z.number(), z.string()]).transform((input, problem): Value => {
  const parsed = typeof input === 'number' ? stackValue(input) : parseValue(input);
  if (parsed !== undefined) return parsed;
  problem.addIssue(`${JSON.stringify(input)} is no value`);
  return z.NEVER;
});
const expected = z.union([z.number(), value]) satisfies z.ZodType<ExpectedValue>;
const float = value.transform((each) => each.value);
const confidence = z.number().min(0).max(1);

const byChannel = <T extends z.ZodType>(item: T) =>
  z
    .record(z.string().regex(/^\d{1,3}$/), z.array(item))
    .transform((record) => numbered(record, ''));
const registers = <T extends z.ZodType>(letter: 'R' | 'F' | 'C', item: T) =>
  z
    .record(z.string().regex(new RegExp(`^${letter}\\d{1,3}$`)), item)
    .transform((record) => numbered(record, letter));

function numbered<T>(record: Readonly<Record<string, T>>, prefix: string): ReadonlyMap<number, T> {
  const entries = Object.entries(record);
  return new Map(entries.map(([key, item]) => [Number(key.slice(prefix.length)), item]));
}

const frame = z.strictObject({
  channel: u8,
  stack: z.array(value),
  pc: count,
  flags: u8.default(0),
  calls: z.array(count).default([]),
  confidence: z.number().min(0).max(1).default(1),
  fuel: count.exactOptional(),
});
const start = z
  .strictObject({
    stack: z.array(value).default([]),
    memory: z.array(segment).default([]),
    channels: byChannel(value).default(new Map()),
    frames: z.array(frame).default([]),
    ints: registers('R', z.int()).default(new Map()),
    floats: registers('F', float).default(new Map()),
    confidences: registers('C', confidence).default(new Map()),
    limits: z
      .strictObject({
        steps: count.exactOptional(),
        fuel: count.exactOptional(),
        stackDepth: count.exactOptional(),
        callDepth: count.exactOptional(),
        output: count.exactOptional(),
      })
      .default({}),
    host: z
      .strictObject({
        capabilities: z.array(count).exactOptional(),
        answer: z.number().exactOptional(),
        refuses: z.boolean().exactOptional(),
        identity: count.exactOptional(),
        contended: z.array(u8).exactOptional(),
        clock: z.array(z.number()).nonempty().exactOptional(),
      })
      .exactOptional(),
  })
  .prefault({});
const expect = z.strictObject({
  ending: z.enum(['halt', 'break', 'end', 'step-limit', 'fuel', 'trap', 'suspended']),
  stack: z.array(expected).exactOptional(),
  epsilon: z.boolean().exactOptional(),
  flags: z.int().min(0).max(15).exactOptional(),
  steps: count.exactOptional(),
  confidence: z.number().exactOptional(),
  channels: byChannel(expected).exactOptional(),
  memory: z.array(segment).exactOptional(),
  persisted: z.array(segment).exactOptional(),
  ints: registers('R', z.int()).exactOptional(),
  floats: registers('F', float).exactOptional(),
  confidences: registers('C', confidence).exactOptional(),
  output: z.array(z.string()).exactOptional(),
  trap: z
    .strictObject({
      kind: z.string().exactOptional(),
      pc: count.exactOptional(),
      step: count.exactOptional(),
    })
    .exactOptional(),
  error: z.string().exactOptional(),
});

const vector = z.strictObject({
  name: z.string().min(1),
  category: z.string().min(1),
  tests: z.string().exactOptional(),
  description: z.string().default(''),
  /** The program in assembly, for people; `bytecode` is what runs. */
  source: z.array(z.string()).exactOptional(),
  bytecode: hex,
  start,
  expect,
});
const file = z.strictObject({
  format: z.literal('flux-vectors/1'),
  suite: z.string().min(1),
  machine: z.enum(['stack', 'register']),
  total: count,
  vectors: z.array(vector),
});

/**
 * Reads a suite in the format `flux-vectors/1`. Throws `flux/vectors` naming the vector and field
 * that is wrong, a total that does not count, and a name used twice.
 */
export function readSuiteFile(input: unknown, name: string): Suite {
  const parsed = file.safeParse(input);
  if (!parsed.success) throw vectorsError(name, parsed.error.issues.map(describe(input)));
  const { machine, total, vectors, suite } = parsed.data;
  const problems = duplicates(vectors.map((each) => each.name));
  if (total !== vectors.length) problems.push(`total says ${total}, there are ${vectors.length}`);
  if (problems.length > 0) throw vectorsError(name, problems);
  return {
    name: suite,
    notes: [],
    vectors: vectors.map(
      ({ bytecode: code, source: _, ...rest }): Vector => ({ ...rest, machine, code }),
    ),
  };
}

/** The names that occur more than once, as problems. */
export function duplicates(names: readonly string[]): string[] {
  const twice = names.filter((name, index) => names.indexOf(name) !== index);
  return [...new Set(twice)].map((name) => `the name ${name} is used twice`);
}

function describe(input: unknown) {
  return ({ path, message }: z.core.$ZodIssue): string => {
    const [list, index] = path;
    const vectors = (input as { vectors?: readonly { name?: unknown }[] } | null)?.vectors;
    const label =
      list === 'vectors' && typeof index === 'number' ? vectors?.[index]?.name : undefined;
    return `${label === undefined ? '' : `${String(label)}: `}${path.join('.')}: ${message}`;
  };
}
