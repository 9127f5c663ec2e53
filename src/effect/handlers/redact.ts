import type { Handler } from '../handler.ts';
import type { Redactor } from './redactor.ts';

/**
 * Takes secrets out of what leaves: the live handlers see redacted arguments. Give the same redactor
 * to `openRecorder`, so that what is recorded is clean too. Results are not touched here.
 */
export function redact(options: {
  readonly redactor: Redactor;
  readonly operations?: readonly string[];
}): Handler {
  const { redactor, operations } = options;
  return {
    name: 'redact',
    place: 'redact',
    ...(operations === undefined ? {} : { operations }),
    handle: (call, next) => next({ ...call, args: redactor(call.args) }),
  };
}
