import { DatumError, type ErrorKind, isJsonObject, type Json } from '../../base/index.ts';
import { EffectError } from '../error.ts';

/** An error as it is recorded. */
export function errorRecord(error: unknown): Json {
  if (error instanceof DatumError) {
    const { code, message, hint, kind, data } = error;
    return { code, message, hint, kind, data };
  }
  const message = error instanceof Error ? error.message : String(error);
  return {
    code: 'effect/failed',
    message: message === '' ? 'the effect failed without a message' : message,
    hint: 'see the cause; an unforeseen failure of a handler is worth reporting',
    kind: 'failed',
    data: {},
  };
}

/** The error a program gets, the same whether it happens now or is served from the record. */
export function recordedError(record: Json, cause?: unknown): EffectError {
  const { code, message, hint, kind, data } = isJsonObject(record) ? record : {};
  return new EffectError({
    code: (typeof code === 'string' ? code : 'effect/failed') as `${string}/${string}`,
    message: String(message),
    hint: String(hint),
    kind: (typeof kind === 'string' ? kind : 'failed') as ErrorKind,
    data: isJsonObject(data) ? data : {},
    ...(cause === undefined ? {} : { cause }),
  });
}
