import { formatInstant, isEntity, type Json, type JsonObject } from '../base/index.ts';
import { type Datom, isAttribute } from '../fact/index.ts';
import { usageError } from './error.ts';
import { showTime } from './instant.ts';

/** Reads a value written as JSON on the command line. */
export function readValue(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (cause) {
    const quoted = JSON.stringify(text);
    throw usageError(
      `${text} is not JSON`,
      `text needs its quotes: '${quoted}'${cause instanceof SyntaxError ? '' : ', or check the value'}`,
    );
  }
}

/** Checks that an argument names an entity. */
export function readEntity(text: string): string {
  if (isEntity(text)) return text;
  throw usageError(`${text} is not an entity`, 'write kind:name, for example agent:harbor');
}

/** Checks that an argument names an attribute. */
export function readAttribute(text: string): string {
  if (isAttribute(text)) return text;
  throw usageError(`${text} is not an attribute`, 'write room/name, for example agent/mood');
}

/** A value on one line. */
export const showValue = (value: Json): string => JSON.stringify(value);

/** When a fact holds, in words. */
export function showInterval({ validFrom, validTo }: Pick<Datom, 'validFrom' | 'validTo'>): string {
  if (validFrom === undefined && validTo === undefined) return 'always';
  if (validTo === undefined) return `since ${showTime(validFrom ?? 0)}`;
  if (validFrom === undefined) return `until ${showTime(validTo)}`;
  return `${showTime(validFrom)} to ${showTime(validTo)}`;
}

/** A datom for programs: instants as fixed-width ISO text. */
export function datomData({ at, validFrom, validTo, ...rest }: Datom): JsonObject {
  return {
    ...rest,
    at: formatInstant(at),
    ...(validFrom === undefined ? {} : { validFrom: formatInstant(validFrom) }),
    ...(validTo === undefined ? {} : { validTo: formatInstant(validTo) }),
  };
}
