import { z } from 'zod';
import type { JsonObject } from '../base/index.ts';
import { SpecError } from './error.ts';
import { defineSpec, type Spec } from './spec.ts';

/**
 * A contract that somebody wrote as JSON Schema (2020-12, draft 7 or draft 4), checked whole: nested
 * parts, enums, lengths, patterns. Throws `spec/bad-schema` for one that is none, or that uses a word
 * which cannot be checked, such as `if`.
 *
 * @example
 * const port = specOfSchema('tool/port', {
 *   type: 'object',
 *   properties: { port: { type: 'integer', maximum: 65535 } },
 *   required: ['port'],
 * });
 * port.check({ port: 70000 }).ok; // => false
 */
export function specOfSchema(name: string, schema: JsonObject): Spec {
  try {
    return defineSpec(name, z.fromJSONSchema(schema));
  } catch (cause) {
    if (cause instanceof SpecError) throw cause;
    throw new SpecError({
      code: 'spec/bad-schema',
      message: `${name}: ${cause instanceof Error ? cause.message : String(cause)}`,
      hint: 'correct the JSON Schema, or leave out the word that cannot be checked',
      kind: 'usage',
      cause,
    });
  }
}
