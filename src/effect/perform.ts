import { AsyncLocalStorage } from 'node:async_hooks';
import type { Json } from '../base/index.ts';
import { EffectError } from './error.ts';
import { type Call, type Handler, type Next, placeOf } from './handler.ts';
import type { Operation } from './operation.ts';
import { plainJson } from './plain.ts';
import { addTo, type Stack, takeFrom, withoutGuards } from './stack.ts';

/** A stack in force, with the chain of each operation that was performed in it. */
interface Scope {
  readonly stack: Stack;
  readonly chains: Map<string, Next>;
  unguarded?: Scope;
}

const scopes = new AsyncLocalStorage<Scope>();

const scopeOf = (stack: Stack): Scope => ({ stack, chains: new Map() });

/** The handlers in force here, outermost first. */
export const currentStack = (): Stack => scopes.getStore()?.stack ?? [];

/**
 * Runs `fn` with more handlers in force; all effects performed in it, at whatever depth and after
 * whatever await, go through them.
 */
export const within = <T>(handlers: readonly Handler[], fn: () => T): T =>
  scopes.run(scopeOf(addTo(currentStack(), handlers)), fn);

/** Runs `fn` without the named handlers; recording cannot be masked (`effect/cannot-mask`). */
export const without = <T>(names: readonly string[], fn: () => T): T =>
  scopes.run(scopeOf(takeFrom(currentStack(), names)), fn);

/**
 * Runs the effects a guard needs for its own decision: recorded and paid like any other, but not
 * guarded, for a judge that judged its own model call would never end.
 */
export function unguarded<T>(fn: () => T): T {
  const scope = scopes.getStore() ?? scopeOf([]);
  scope.unguarded ??= scopeOf(withoutGuards(scope.stack));
  return scopes.run(scope.unguarded, fn);
}

/** Runs `fn` with no handlers in force: a program of its own, begun from inside another. */
export const apart = <T>(fn: () => T): T => scopes.run(scopeOf([]), fn);

export interface PerformOptions {
  readonly signal?: AbortSignal;
  readonly key?: string;
  readonly onProgress?: (piece: Json) => void;
}

/**
 * Performs an effect: checks the arguments, then walks the handlers in force, outermost first.
 *
 * Rejects with `spec/invalid` for wrong arguments (nothing was performed), with `effect/unhandled`
 * when no handler answers, and with whatever a handler throws.
 */
export function perform<In, Out>(
  operation: Operation<In, Out>,
  args: In,
  options?: PerformOptions,
): Promise<Out> {
  try {
    const scope = scopes.getStore();
    if (scope === undefined) throw unhandled(operation.name);
    let chain = scope.chains.get(operation.name);
    if (chain === undefined) {
      chain = chainOf(scope.stack, operation.name);
      scope.chains.set(operation.name, chain);
    }
    const parsed = plainJson(operation.input.parse(args), operation.input.name);
    return chain({ ...options, operation: operation as Operation, args: parsed }) as Promise<Out>;
  } catch (error) {
    return Promise.reject(error);
  }
}

function chainOf(stack: Stack, name: string): Next {
  const end: Next = (call) => Promise.reject(unhandled(call.operation.name));
  return stack
    .filter((handler) => handler.operations?.includes(name) ?? true)
    .reduceRight((next, handler) => link(handler, next), end);
}

function link(handler: Handler, next: Next): Next {
  const handle: Next = (call) => {
    try {
      return handler.handle(call, next);
    } catch (error) {
      return Promise.reject(error);
    }
  };
  return placeOf(handler) === 'live' ? async (call) => checked(call, await handle(call)) : handle;
}

/** The answer of the outside world, checked before anything inside believes or records it. */
function checked(call: Call, result: unknown): Json {
  const { output } = call.operation;
  const found = output.check(result);
  if (found.ok) return plainJson(found.value, output.name);
  throw new EffectError({
    code: 'effect/bad-answer',
    message: `${call.operation.name} happened, but its answer breaks its contract`,
    hint: 'correct the handler or the output schema of the operation',
    data: { operation: call.operation.name, issues: found.issues.map((each) => each.problem) },
  });
}

const unhandled = (name: string): EffectError =>
  new EffectError({
    code: 'effect/unhandled',
    message: `nothing here performs ${name}`,
    hint: 'run it within(handlers, …) with a live handler for this operation',
    data: { operation: name },
  });
