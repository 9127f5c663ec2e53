import type { JsonObject } from './json.ts';

/**
 * What an error means to the caller, and so which exit code a command ends with:
 * failed 1, usage 2, refused 3 (by a guard or for want of trust), busy 4, integrity 5.
 */
export type ErrorKind = 'failed' | 'usage' | 'refused' | 'busy' | 'integrity';

export interface ErrorDetails {
  /** Stable name of the mistake, `room/code`; programs compare it, so it never changes. */
  readonly code: `${string}/${string}`;
  /** What happened, in one line, without a final full stop. */
  readonly message: string;
  /** What the person can do now, in one line. */
  readonly hint: string;
  readonly kind?: ErrorKind;
  /** Fields a program can read; never a secret. */
  readonly data?: JsonObject;
  readonly cause?: unknown;
}

/**
 * The one base of all errors datum throws; each room has its own subclass.
 *
 * @example
 * const error = new BaseError({ code: 'base/limit', message: 'too long', hint: 'shorten it' });
 * error.code; // => 'base/limit'
 */
export abstract class DatumError extends Error {
  readonly code: string;
  readonly hint: string;
  readonly kind: ErrorKind;
  readonly data: JsonObject;

  constructor({ code, message, hint, kind = 'failed', data = {}, cause }: ErrorDetails) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = new.target.name;
    this.code = code;
    this.hint = hint;
    this.kind = kind;
    this.data = data;
  }
}

/** Thrown for values that have no canonical form, for limits, and for ids and instants that do not parse. */
export class BaseError extends DatumError {}
