import { canonicalize, isEntity, isJsonObject, type Json, limits } from '../base/index.ts';
import { isAttribute } from './fact.ts';
import { check } from './form.ts';
import type { Precondition } from './log.ts';

/** The canonical text of a precondition: `{a, absent|is|oneOf, e}` in key order. */
export function encodePrecondition(condition: Precondition): string {
  const { a, e } = condition;
  check(isEntity(e) && isAttribute(a), 'a precondition has no entity and attribute');
  const kinds = ['absent', 'is', 'oneOf'].filter((kind) => Object.hasOwn(condition, kind));
  check(kinds.length === 1, 'a precondition is exactly one of is, oneOf and absent');
  if ('oneOf' in condition) check(Array.isArray(condition.oneOf), 'oneOf is not a list');
  if ('absent' in condition) check(condition.absent === true, 'absent is not true');
  const text = canonicalize({ ...condition });
  check(Buffer.byteLength(text) <= 4 * limits.inlineValueBytesMax, 'a precondition is too large');
  return text;
}

/** Reads the fields by type; whatever else the object holds shows when it is printed again. */
export function readPrecondition(value: Json): Precondition {
  check(isJsonObject(value), 'a precondition is not an object');
  const { a, absent, e, is, oneOf } = value;
  check(
    typeof e === 'string' && typeof a === 'string',
    'a precondition has no entity and attribute',
  );
  if (absent === true) return { e, a, absent };
  if (Array.isArray(oneOf)) return { e, a, oneOf };
  check(is !== undefined, 'a precondition is exactly one of is, oneOf and absent');
  return { e, a, is };
}

/** Whether a precondition holds for the value found; values are compared by their canonical text. */
export function holds(condition: Precondition, found: Json | undefined): boolean {
  if ('absent' in condition) return found === undefined;
  if (found === undefined) return false;
  const text = canonicalize(found);
  if ('is' in condition) return canonicalize(condition.is) === text;
  return condition.oneOf.some((value) => canonicalize(value) === text);
}
