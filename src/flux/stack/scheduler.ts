import type { Context, Wait } from './context.ts';
import { takeMessage } from './message-services.ts';
import type { Awaited } from './result.ts';
import type { MachineState } from './state.ts';
import { joinFailed } from './task-services.ts';
import { type TrapCause, traps } from './trap-cause.ts';
import { stackValue, type Value } from './value.ts';

/** Who runs next, or why nobody can. */
export type Turn =
  | { readonly run: Context }
  | { readonly trap: TrapCause; readonly context: Context }
  | { readonly awaited: Awaited };

const deadlock: TrapCause = {
  kind: 'InvalidTask',
  message: 'Deadlock: every context waits for another',
};

/**
 * The next context in the order of ids after the last turn that can run. Where all wait, the virtual clock
 * moves on to the first timeout; with a clock of the host the program has to be resumed later.
 */
export function nextTurn(state: MachineState): Turn {
  for (;;) {
    const contexts = [...state.contexts.values()];
    const split = contexts.findIndex(({ id }) => id > state.lastTurn);
    const order = split < 0 ? contexts : [...contexts.slice(split), ...contexts.slice(0, split)];
    for (const context of order) {
      const settled = settle(state, context);
      if (settled === 'ready') return { run: context };
      if (settled !== 'waiting') return { trap: settled, context };
    }
    const timeouts = contexts.flatMap(({ wait }) => (wait && 'until' in wait ? [wait.until] : []));
    if (timeouts.length === 0) return { trap: deadlock, context: order[0]! };
    const first = Math.min(...timeouts);
    if (state.host.clock !== undefined) {
      return { awaited: { milliseconds: first + 1 - state.now, channels: channels(contexts) } };
    }
    state.clockBase += first + 1 - state.now;
  }
}

function channels(contexts: readonly Context[]): readonly number[] {
  const awaited = contexts.flatMap(({ wait }) => (wait?.for === 'message' ? [wait.channel] : []));
  return [...new Set(awaited)].sort((a, b) => a - b);
}

/** Ends the wait of a context whose reason is gone, and hands it what it waited for. */
function settle(state: MachineState, context: Context): 'ready' | 'waiting' | TrapCause {
  const { wait, stack } = context;
  if (wait === undefined) return 'ready';
  const outcome = outcomeOf(state, wait);
  if (outcome === 'waiting') return outcome;
  context.wait = undefined;
  if (outcome === 'over') return 'ready';
  if ('message' in outcome) return outcome;
  return stack.push(outcome) ? 'ready' : traps.overflow(stack.limit);
}

function outcomeOf(state: MachineState, wait: Wait): 'waiting' | 'over' | Value | TrapCause {
  if (wait.for === 'join') {
    if (state.contexts.has(wait.id)) return 'waiting';
    const result = state.ended.get(wait.id);
    state.ended.delete(wait.id);
    return result ?? joinFailed(wait.id);
  }
  if (wait.for === 'time') return state.now > wait.until ? 'over' : 'waiting';
  const message = takeMessage(state, wait.channel);
  if (message !== undefined) return message;
  return state.now > wait.until ? stackValue(0) : 'waiting';
}
