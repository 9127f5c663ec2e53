import type { z } from 'zod';
import { boundedCount } from '../bounded.ts';
import { FluxError } from '../error.ts';
import { Context } from './context.ts';
import { continuationSchema } from './continuation.ts';
import { knownFlags } from './flags.ts';
import { interpreterEngine } from './interpreter.ts';
import { deliver, type EngineFor, StackMachine, type StackStart } from './machine.ts';
import { loadImage } from './memory-image.ts';
import { OperandStack } from './operand-stack.ts';
import { StackProgram } from './program.ts';
import { MachineState } from './state.ts';

type Saved = z.output<typeof continuationSchema>;

/** What the resuming process grants; the stack, memory and frames are those of the continuation. */
export type StackResume = Pick<StackStart, 'limits' | 'host' | 'channels'>;

function refuse(reason: string, hint: string): FluxError {
  return new FluxError({
    code: 'flux/continuation',
    message: `cannot resume: ${reason}`,
    hint,
    kind: 'integrity',
  });
}

/**
 * A machine that goes on where {@link saveStack} left off, in whatever process. `saved` may be any
 * JSON: what is no continuation of this program throws `flux/continuation`. Steps count on, limits
 * begin anew; fuel of the host is what was left unless `limits.fuel` grants other.
 */
export function resumeMachine(
  program: StackProgram | Uint8Array,
  saved: unknown,
  { limits = {}, host = {}, channels = {} }: StackResume = {},
  engine: EngineFor = () => interpreterEngine,
): StackMachine {
  const parsed = continuationSchema.safeParse(saved);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const where = issue?.path.join('.');
    throw refuse(
      `${where || 'it'} is wrong: ${issue?.message}`,
      'pass a continuation as it was saved',
    );
  }
  const loaded = program instanceof StackProgram ? program : new StackProgram(program);
  if (parsed.data.program !== loaded.hash) {
    throw refuse(
      'it belongs to another program',
      `pass the program with hash ${parsed.data.program}`,
    );
  }
  const state = new MachineState(loaded, host, limits);
  state.initial = parsed.data.initial;
  restoreMeters(state, parsed.data, limits.fuel);
  restoreContexts(state, parsed.data);
  restoreMemory(state, parsed.data);
  for (const [channel, values] of parsed.data.messages) {
    for (const value of values) {
      if (!state.messages.put(channel, value)) throw refuse('it holds too many messages', AS_SAVED);
    }
  }
  deliver(state, channels);
  return new StackMachine(state, limits, engine(state));
}

const AS_SAVED = 'pass a continuation as it was saved';

function restoreMeters(state: MachineState, saved: Saved, granted: number | undefined): void {
  state.steps = saved.steps;
  if (state.host.clock === undefined) state.clockBase = saved.time - saved.steps;
  else state.clockBase = saved.started ?? state.host.clock() - saved.time;
  const allowance = granted ?? saved.allowance ?? Number.POSITIVE_INFINITY;
  state.fuelCeiling = saved.steps + boundedCount('fuel', allowance);
  state.fuel = saved.fuel ?? Number.POSITIVE_INFINITY;
}

function restoreContexts(state: MachineState, saved: Saved): void {
  const stacks = saved.stacks.map((values) => {
    const stack = new OperandStack(state.limits.stackDepth);
    if (stack.replace(values)) return stack;
    throw refuse('its stack is over the limit', 'raise the limit stackDepth');
  });
  state.contexts.clear();
  for (const each of saved.contexts) {
    const stack = stacks[each.stack];
    if (stack === undefined) throw refuse('a context has no stack', AS_SAVED);
    const context = new Context(each.id, stack, each.pc);
    context.calls = each.calls;
    context.flags = knownFlags(each.flags);
    context.confidence = each.confidence;
    context.sandboxes = each.sandboxes;
    context.tags = new Set(each.tags);
    context.wait = each.wait;
    state.contexts.set(each.id, context);
  }
  if (!state.contexts.has(0)) throw refuse('it has no main context', AS_SAVED);
  state.nextId = saved.nextId;
  state.lastTurn = saved.lastTurn;
  if (saved.turn !== undefined) {
    const context = state.contexts.get(saved.turn.context);
    if (context === undefined) throw refuse('the context whose turn it is is missing', AS_SAVED);
    state.turn = { context, end: saved.steps + (saved.turn.steps ?? Number.POSITIVE_INFINITY) };
  }
  for (const [id, value] of saved.ended) state.ended.set(id, value);
  state.frames.push(...saved.frames);
}

function restoreMemory(state: MachineState, saved: Saved): void {
  if (!loadImage(state.memory, saved.memory)) throw refuse('its memory does not fit', AS_SAVED);
  if (saved.tags !== undefined) {
    state.tags = new Uint8Array(state.memory.length);
    if (!loadImage(state.tags, saved.tags)) throw refuse('its tags do not fit', AS_SAVED);
  }
  for (const [address, base64] of saved.persisted) {
    const region = Uint8Array.fromBase64(base64);
    if (address + region.length > state.memory.length) {
      throw refuse('a persisted region does not fit', AS_SAVED);
    }
    state.persisted.set(address, region);
  }
}
