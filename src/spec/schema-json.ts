import { z } from 'zod';
import { escapeTags, isJsonObject, type Json } from '../base/index.ts';
import { SpecError } from './error.ts';

/**
 * The JSON Schema (2020-12) of what a schema accepts, in the form that is hashed: no `$schema`, lists
 * without order sorted, no pattern beside a named format (Zod's own pattern changes with its versions).
 *
 * Refinements have no JSON form and do not count. Throws `spec/no-json-form` for dates, bigints,
 * class instances and other values that JSON does not carry.
 */
export function schemaJson(name: string, schema: z.ZodType): Json {
  try {
    return stable(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'throw' }) as Json);
  } catch (cause) {
    throw new SpecError({
      code: 'spec/no-json-form',
      message: `the schema of ${name} cannot be written as JSON Schema`,
      hint: 'a contract is over JSON data: replace dates, bigints, sets and class instances',
      data: { spec: name },
      cause,
    });
  }
}

function stable(value: Json): Json {
  if (Array.isArray(value)) return value.map((item: Json) => stable(item));
  if (!isJsonObject(value)) return value;
  const format = typeof value['format'] === 'string';
  const entries = Object.entries(value)
    .filter(
      ([key, item]) =>
        key !== '$schema' && !(format && key === 'pattern' && typeof item === 'string'),
    )
    .map(([key, item]) => [key, UNORDERED.has(key) ? sorted(item) : stable(item)] as const);
  return Object.fromEntries(entries);
}

const UNORDERED: ReadonlySet<string> = new Set(['required', 'enum']);

/** Both keywords hold lists of scalars; a property of the same name holds a schema and is no list. */
const sorted = (value: Json): Json =>
  Array.isArray(value)
    ? [...(value as readonly Json[])].sort((a, b) =>
        JSON.stringify(a) < JSON.stringify(b) ? -1 : 1,
      )
    : stable(value);

/** The same as plain data that the canonical form accepts (`$ref` is a JSON Schema keyword and a tag). */
export const hashable = (json: Json): Json => escapeTags(json);
