import { z } from '../../spec/index.ts';
import { EffectError } from '../error.ts';
import type { Handler } from '../handler.ts';
import { answer, liveHandler } from '../live-handler.ts';
import { defineOperation } from '../operation.ts';

/** An environment as a parameter, for example `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** One variable of the environment; null when it is not set. */
export const environmentRead = defineOperation({
  name: 'environment/read',
  kind: 'read',
  isInstant: true,
  input: z.object({ name: z.string().min(1) }),
  output: z.string().nullable(),
});

/** Reads the allowed names of an environment; any other is `effect/name-refused`. */
export function liveEnvironment(options: {
  readonly environment: Environment;
  readonly names: readonly string[];
}): Handler {
  const allowed = new Set(options.names);
  return liveHandler('environment', [
    answer(environmentRead, ({ name }) => {
      if (!allowed.has(name)) throw nameRefused(name);
      return options.environment[name] ?? null;
    }),
  ]);
}

export const nameRefused = (name: string): EffectError =>
  new EffectError({
    code: 'effect/name-refused',
    message: `the environment variable ${name} is not allowed here`,
    hint: 'add its name to the allowed names of the handler',
    kind: 'refused',
    data: { name },
  });
