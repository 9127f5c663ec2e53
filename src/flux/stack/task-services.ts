import { fluxLimits } from '../limits.ts';
import { Context } from './context.ts';
import { knownFlags } from './flags.ts';
import { OperandStack } from './operand-stack.ts';
import type { ServiceResult, ServiceTable } from './service-table.ts';
import type { MachineState } from './state.ts';
import { type TrapCause, traps } from './trap-cause.ts';
import { stackValue } from './value.ts';

/** The trap of a JOIN whose context does not exist, was joined before, or was cancelled. */
export function joinFailed(id: number): TrapCause {
  return { kind: 'InvalidTask', message: `JOIN_FAILED: no context ${id}` };
}

/** FORK starts a context at its entry; it inherits what restricts its parent. */
function fork(
  state: MachineState,
  parent: Context,
  [entry = 0, share = 0]: readonly number[],
): ServiceResult {
  if (state.contexts.size + state.ended.size > fluxLimits.contextsMax) {
    const message = `FORK_FAILED: more than ${fluxLimits.contextsMax} contexts`;
    return { kind: 'InvalidTask', message };
  }
  const stack = share === 0 ? new OperandStack(state.limits.stackDepth) : parent.stack;
  const child = new Context(state.nextId, stack, entry);
  child.sandboxes = parent.sandboxes;
  child.tags = parent.tags;
  child.confidence = parent.confidence;
  state.contexts.set(child.id, child);
  state.nextId += 1;
  parent.stack.push(stackValue(child.id));
  return 'reschedule';
}

function join(state: MachineState, context: Context): ServiceResult {
  const id = context.stack.pop().value;
  if (id === 0 || !(state.contexts.has(id) || state.ended.has(id))) return joinFailed(id);
  context.wait = { for: 'join', id };
  return 'reschedule';
}

function cancel(state: MachineState, { stack }: Context): ServiceResult {
  const id = stack.pop().value;
  const known = id !== 0 && (state.contexts.delete(id) || state.ended.delete(id));
  stack.push(stackValue(known ? 1 : 0));
  return 'reschedule';
}

/** RESUME goes on where the newest saved frame stopped, with a 1 on its stack; 0 without a frame. */
function resume(state: MachineState, context: Context): ServiceResult {
  const { stack } = context;
  const frame = state.frames.pop();
  if (frame === undefined)
    return stack.push(stackValue(0)) ? undefined : traps.overflow(stack.limit);
  context.pc = frame.pc;
  context.flags = knownFlags(frame.flags);
  context.calls = [...frame.calls];
  context.confidence = frame.confidence;
  if (!stack.replace([...frame.stack, stackValue(1)])) return traps.overflow(stack.limit);
  state.fuel = frame.fuel ?? Number.POSITIVE_INFINITY;
  return undefined;
}

/** Contexts that stop, start and wait for each other (FLUX §8.1, extension 3). */
export const taskServices: ServiceTable = {
  SUSPEND: (state, _, [channel = 0]) => {
    state.suspendedOn = channel;
    return 'suspend';
  },
  RESUME: resume,
  FORK: fork,
  JOIN: join,
  CANCEL: cancel,
};
