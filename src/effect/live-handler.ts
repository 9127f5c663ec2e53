import type { Json } from '../base/index.ts';
import type { Call, Handler } from './handler.ts';
import type { Operation } from './operation.ts';

/** How a live handler answers one operation. */
export interface Clause {
  readonly operation: string;
  answer(call: Call): unknown;
}

/** A typed clause: what the arguments are and what the answer must be. */
export const answer = <In, Out, Args>(
  operation: Operation<In, Out, Args>,
  fn: (args: Args, call: Call) => Out | Promise<Out>,
): Clause => ({
  operation: operation.name,
  answer: (call) => fn(call.args as Args, call),
});

/**
 * A handler that performs the operations of its clauses.
 *
 * @example
 * const double = defineOperation({
 *   name: 'demo/double',
 *   kind: 'read',
 *   input: z.number(),
 *   output: z.number(),
 * });
 * const demo = liveHandler('demo', [answer(double, (value) => value * 2)]);
 * demo.operations; // => ['demo/double']
 * await within([demo], () => perform(double, 21)); // => 42
 */
export function liveHandler(name: string, clauses: readonly Clause[]): Handler {
  const table = new Map(clauses.map((clause) => [clause.operation, clause]));
  return {
    name,
    place: 'live',
    operations: [...table.keys()],
    handle: async (call, next) => {
      const clause = table.get(call.operation.name);
      return clause === undefined ? next(call) : ((await clause.answer(call)) as Json);
    },
  };
}
