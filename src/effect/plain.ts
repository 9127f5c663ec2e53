import type { Json } from '../base/index.ts';
import { EffectError } from './error.ts';

/**
 * The value as JSON: keys that hold `undefined` are dropped, everything JSON cannot carry is refused
 * with `effect/not-json`. Returns the value itself when it is JSON already.
 */
export const plainJson = (value: unknown, what: string): Json => plain(value, what);

function plain(value: unknown, what: string): Json {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (Array.isArray(value)) return plainArray(value, what);
  if (typeof value !== 'object') throw notJson(typeof value, what);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) throw notJson('class instance', what);
  return plainObject(value as Readonly<Record<string, unknown>>, what);
}

function plainArray(value: readonly unknown[], what: string): Json {
  let copy: Json[] | undefined;
  for (let index = 0; index < value.length; index += 1) {
    const item = plain(value[index], what);
    if (copy === undefined && item !== value[index]) copy = value.slice(0, index) as Json[];
    copy?.push(item);
  }
  return copy ?? (value as readonly Json[]);
}

function plainObject(value: Readonly<Record<string, unknown>>, what: string): Json {
  let changed = false;
  for (const key in value) {
    const item = value[key];
    if (item === undefined || plain(item, what) !== item) {
      changed = true;
      break;
    }
  }
  if (!changed) return value as Json;
  const kept = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(kept.map(([key, item]) => [key, plain(item, what)]));
}

const notJson = (type: string, what: string): EffectError =>
  new EffectError({
    code: 'effect/not-json',
    message: `${what} holds a ${type === 'number' ? 'number that is not finite' : type}`,
    hint: 'effects carry JSON data; encode it, for example with bytes() or instant()',
  });
