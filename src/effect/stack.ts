import { EffectError } from './error.ts';
import { type Handler, type Place, placeOf, places } from './handler.ts';
import type { Operation } from './operation.ts';

/** Handlers in their right order, outermost first; names are unique. */
export type Stack = readonly Handler[];

/**
 * Puts handlers into the order of {@link places}, whatever order they come in. Later handlers replace
 * earlier ones of the same name. Where two share a place, the later one stands inside, but among live
 * handlers the later one is asked first.
 */
export const stackOf = (handlers: readonly Handler[]): Stack => addTo([], handlers);

/** The stack with more handlers in it. */
export function addTo(stack: Stack, handlers: readonly Handler[]): Stack {
  const names = new Set(handlers.map((handler) => handler.name));
  if (names.size < handlers.length) throw sameName(handlers);
  const kept = stack.filter((handler) => !names.has(handler.name));
  const at = (place: Place, from: readonly Handler[]): readonly Handler[] =>
    from.filter((handler) => placeOf(handler) === place);
  return places.flatMap((place) =>
    place === 'live'
      ? [...at(place, handlers), ...at(place, kept)]
      : [...at(place, kept), ...at(place, handlers)],
  );
}

/** The places that a `without` leaves alone: what happened is recorded, always. */
export const unmaskable: ReadonlySet<Place> = new Set<Place>(['record', 'intent']);

/** The stack without some handlers; throws `effect/cannot-mask` for the recording ones. */
export function takeFrom(stack: Stack, names: readonly string[]): Stack {
  const masked = new Set(names);
  const recording = stack.find((each) => masked.has(each.name) && unmaskable.has(placeOf(each)));
  if (recording !== undefined) {
    throw new EffectError({
      code: 'effect/cannot-mask',
      message: `${recording.name} records what happens and cannot be masked`,
      hint: 'leave it out of the names; what must not be kept is redacted instead',
      kind: 'usage',
      data: { handler: recording.name },
    });
  }
  return stack.filter((handler) => !masked.has(handler.name));
}

/** The guards: what decides whether a call may go on. */
const guards: ReadonlySet<Place> = new Set<Place>(['policy', 'mandate', 'judge']);

export const withoutGuards = (stack: Stack): Stack =>
  stack.filter((handler) => !guards.has(placeOf(handler)));

/**
 * The names of the operations that nothing in the stack would perform; empty for a well-formed stack.
 * Only live handlers and dry runs count: what stands around them cannot answer a first call.
 */
export function uncoveredOperations(
  handlers: readonly Handler[],
  operations: readonly Operation[],
): readonly string[] {
  const answering = handlers.filter((each) => ['live', 'dry-run'].includes(placeOf(each)));
  const covers = (name: string): boolean =>
    answering.some((each) => each.operations === undefined || each.operations.includes(name));
  return operations.map(({ name }) => name).filter((name) => !covers(name));
}

function sameName(handlers: readonly Handler[]): EffectError {
  const names = handlers.map((handler) => handler.name);
  const twice = names.find((name, index) => names.indexOf(name) < index) ?? '';
  return new EffectError({
    code: 'effect/same-name',
    message: `two of the handlers are named ${twice}`,
    hint: 'give each handler of a stack its own name',
    kind: 'usage',
    data: { handler: twice },
  });
}
