import type { z } from 'zod';
import { type Json, limits } from '../base/index.ts';
import { defineSpec, type Spec } from '../spec/index.ts';
import { EffectError } from './error.ts';

/**
 * What an effect does to the world: `read` changes nothing, `write` changes what this home owns,
 * `external` leaves the machine, `highRisk` can do anything (a process, a payment).
 */
export type EffectKind = 'read' | 'write' | 'external' | 'highRisk';

/** A typed effect: performed with `In`, which handlers see parsed as `Args`, and answered with `Out`. */
export interface Operation<In = unknown, Out = unknown, Args = unknown> {
  /** `room/verb`, for example `file/read`. */
  readonly name: string;
  readonly kind: EffectKind;
  readonly input: Spec<In, Args>;
  readonly output: Spec<unknown, Out>;
  /** True when doing it twice with these arguments is the same as doing it once. */
  idempotent(args: Json): boolean;
  /** True when its whole effect is one transaction of the log, which holds the record of its step too. */
  readonly inLog: boolean;
  /** True for a read that is answered at once, so that nothing needs to be written before it. */
  readonly isInstant: boolean;
}

export interface OperationOptions<In, Out, Args> {
  readonly name: string;
  readonly kind: EffectKind;
  /** Schemas over JSON data; the handlers and the record see what they parse to. */
  readonly input: z.ZodType<Args, In>;
  readonly output: z.ZodType<Out>;
  /** Reads are idempotent, everything else only when it says so. */
  readonly idempotent?: boolean | ((args: Json) => boolean);
  /** Its handler writes one transaction through `Step.endWith`, so it needs no intent of its own. */
  readonly inLog?: boolean;
  /** A read that is answered at once: of the clock, of chance, of a fact. */
  readonly isInstant?: boolean;
}

/**
 * Declares an effect. Throws `effect/bad-name` for a name that is not `room/verb`.
 *
 * @example
 * const greet = defineOperation({
 *   name: 'demo/greet',
 *   kind: 'read',
 *   input: z.object({ name: z.string() }),
 *   output: z.string(),
 * });
 * greet.idempotent({}); // => true
 */
export function defineOperation<In, Out, Args>(
  options: OperationOptions<In, Out, Args>,
): Operation<In, Out, Args> {
  const { name, kind, idempotent = kind === 'read', inLog = false, isInstant = false } = options;
  if (!NAME.test(name) || name.length > limits.attributeLengthMax) {
    throw new EffectError({
      code: 'effect/bad-name',
      message: `${JSON.stringify(name)} is not a name for an operation`,
      hint: 'use room/verb in lower-case words with hyphens, such as file/read',
      kind: 'usage',
    });
  }
  return Object.freeze<Operation<In, Out, Args>>({
    name,
    kind,
    input: defineSpec(`${name}.input`, options.input),
    output: defineSpec(`${name}.output`, options.output),
    idempotent: typeof idempotent === 'function' ? idempotent : () => idempotent,
    inLog,
    isInstant,
  });
}

const NAME = /^[a-z][a-z0-9-]*(?:\/[a-z0-9][\w.-]*)+$/;
