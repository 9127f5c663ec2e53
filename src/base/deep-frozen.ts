import { isJsonObject, type Json } from './json.ts';

const frozen = new WeakSet<object>();

/** Freezes JSON with all that is in it, so that what was made of it once stays right. */
export function deepFreeze<Value extends Json>(value: Value): Value {
  if (!Array.isArray(value) && !isJsonObject(value)) return value;
  for (const item of Object.values(value)) deepFreeze(item as Json);
  frozen.add(Object.freeze(value) as object);
  return value;
}

/** True for what {@link deepFreeze} froze. */
export const isDeepFrozen = (value: object): boolean => Object.isFrozen(value) && frozen.has(value);
