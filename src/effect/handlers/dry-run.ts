import type { Json } from '../../base/index.ts';
import { EffectError } from '../error.ts';
import type { Call, Handler } from '../handler.ts';
import type { Operation } from '../operation.ts';
import { stubOf } from './stub.ts';

/** A declared answer for one operation in a dry run. */
export interface Mock {
  readonly operation: string;
  answer(args: Json): unknown;
}

/** A typed mock: a fixed answer, or a function of the arguments. */
export const mock = <In, Out, Args>(
  operation: Operation<In, Out, Args>,
  answer: Out | ((args: Args) => Out),
): Mock => ({
  operation: operation.name,
  answer: (args) =>
    typeof answer === 'function' ? (answer as (args: Args) => Out)(args as Args) : answer,
});

/**
 * Keeps every effect from the world, reads included: a declared mock answers, else the smallest
 * value the output schema allows. Where there is neither, `effect/no-mock`; never a live handler.
 */
export function dryRun(options: { readonly mocks?: readonly Mock[] } = {}): Handler {
  const mocks = new Map(options.mocks?.map((each) => [each.operation, each]));
  return {
    name: 'dry-run',
    place: 'dry-run',
    handle: async (call) => {
      call.step?.note('effect/dry-run', true);
      const mocked = mocks.get(call.operation.name);
      const answer = mocked === undefined ? stubOf(call.operation) : mocked.answer(call.args);
      const checked = call.operation.output.check(answer);
      if (checked.ok) return checked.value as Json;
      throw noMock(call, mocked !== undefined);
    },
  };
}

function noMock({ operation: { name } }: Call, mocked: boolean): EffectError {
  return new EffectError({
    code: 'effect/no-mock',
    message: mocked
      ? `the mock of ${name} answers against its contract`
      : `no answer for ${name} can be made up in a dry run`,
    hint: `declare mock(${name}, answer) with an answer its output schema accepts`,
    data: { operation: name },
  });
}
