import { z } from 'zod';
import { fluxLimits } from '../limits.ts';
import type { Context } from './context.ts';
import { imageOf } from './memory-image.ts';
import type { MachineState, StackFrame } from './state.ts';
import { formatValue, parseValue, type Value } from './value.ts';

// JSON knows -0, which is no count; adding 0 makes it one.
const positiveZero = (value: number): number => value + 0;
const amount = z.int().nonnegative().transform(positiveZero);
// A run that is resumed counts on from here, and beyond 2^53 adding one changes nothing.
const count = amount.refine((value) => value <= 2 ** 52, 'is too large to count on from');
const byte = z.int().min(0).max(255).transform(positiveZero);
const value = z.string().transform((text, problem): Value => {
  const parsed = parseValue(text);
  if (parsed !== undefined) return parsed;
  problem.addIssue(`${text} is no value`);
  return z.NEVER;
});
const image = z.array(z.tuple([count, z.base64()]).readonly());
const address = z.int().min(0).max(fluxLimits.codeBytesMax).transform(positiveZero);
const calls = z.array(address).max(fluxLimits.callDepthMax);
const confidence = z.number().min(0).max(1).transform(positiveZero);
const sandbox = z.strictObject({ start: count, size: count, permissions: byte });
const wait = z.discriminatedUnion('for', [
  z.strictObject({ for: z.literal('join'), id: z.number() }),
  z.strictObject({ for: z.literal('time'), until: count }),
  z.strictObject({ for: z.literal('message'), channel: byte, until: count }),
]);
const context = z.strictObject({
  id: count,
  stack: count,
  pc: address,
  flags: byte,
  calls,
  confidence,
  sandboxes: z.array(sandbox).max(fluxLimits.sandboxesMax),
  tags: z.array(byte),
  wait: wait.exactOptional(),
});
const frame = z.strictObject({
  channel: byte,
  stack: z.array(value),
  pc: address,
  flags: byte,
  calls,
  confidence,
  fuel: amount.exactOptional(),
});

/** A suspended run of machine S as JSON: all another process needs besides the program itself. */
export const continuationSchema = z.strictObject({
  v: z.literal(1),
  machine: z.literal('stack'),
  program: z.string().regex(/^[0-9a-f]{64}$/),
  initial: z.strictObject({ kinds: z.string().regex(/^[if]{0,64}$/), base: count }),
  steps: count,
  time: count,
  /** Start on the clock of the host, so that time spent suspended counts. */
  started: z.number().exactOptional(),
  /** Fuel the program gave itself, and what is left of the host's. */
  fuel: amount.exactOptional(),
  allowance: amount.exactOptional(),
  suspendedOn: byte.exactOptional(),
  lastTurn: z.int().max(2 ** 52),
  /** Whose turn it is, and the steps left of it when others wait for theirs. */
  turn: z.strictObject({ context: count, steps: count.exactOptional() }).exactOptional(),
  nextId: count,
  contexts: z.array(context).max(fluxLimits.contextsMax + 1),
  stacks: z.array(z.array(value).max(fluxLimits.stackDepthMax)),
  ended: z.array(z.tuple([count, value]).readonly()),
  frames: z.array(frame),
  messages: z.array(z.tuple([byte, z.array(value)]).readonly()),
  memory: image,
  tags: image.exactOptional(),
  persisted: image.max(fluxLimits.persistedMax),
});

/** A suspended run as plain JSON, see {@link saveStack}. */
export type StackContinuation = z.input<typeof continuationSchema>;

const texts = (values: readonly Value[]) => values.map(formatValue);

/**
 * The state of a machine between two instructions as JSON, for another process to resume. What the
 * host holds (capabilities, clock, answers) is not part of it: the resuming host grants anew.
 */
export function saveStack(state: MachineState): StackContinuation {
  const { program, host, fuelEnd, fuelCeiling, steps, suspendedOn, tags, turn } = state;
  const contexts = [...state.contexts.values()];
  const stacks = [...new Set(contexts.map(({ stack }) => stack))];
  const finite = (end: number) => end !== Number.POSITIVE_INFINITY;
  return {
    v: 1,
    machine: 'stack',
    program: program.hash,
    initial: state.initial,
    steps,
    time: state.now,
    ...(host.clock && { started: state.clockBase }),
    ...(fuelEnd < fuelCeiling && { fuel: state.fuel }),
    ...(finite(fuelCeiling) && { allowance: Math.max(0, fuelCeiling - steps) }),
    ...(suspendedOn !== undefined && { suspendedOn }),
    lastTurn: state.lastTurn,
    ...(turn && {
      turn: { context: turn.context.id, ...(finite(turn.end) && { steps: turn.end - steps }) },
    }),
    nextId: state.nextId,
    contexts: contexts.map((each) => saveContext(each, stacks.indexOf(each.stack))),
    stacks: stacks.map((stack) => texts(stack.values())),
    ended: [...state.ended].map(([id, value]) => [id, formatValue(value)]),
    frames: state.frames.map(saveFrame),
    messages: state.messages.waiting().map(([channel, values]) => [channel, texts(values)]),
    memory: [...imageOf(state.memory)],
    ...(tags && { tags: [...imageOf(tags)] }),
    persisted: [...state.persisted].map(([address, bytes]) => [address, bytes.toBase64()]),
  };
}

function saveContext(context: Context, stack: number): StackContinuation['contexts'][number] {
  const { id, pc, calls, flagsByte, confidence, sandboxes, tags, wait } = context;
  return {
    id,
    stack,
    pc,
    flags: flagsByte,
    calls: [...calls],
    confidence,
    sandboxes: [...sandboxes],
    tags: [...tags],
    ...(wait && { wait }),
  };
}

function saveFrame(frame: StackFrame): StackContinuation['frames'][number] {
  return { ...frame, calls: [...frame.calls], stack: texts(frame.stack) };
}
