import { formatInstant, type Micros } from '../base/index.ts';
import { FactError } from './error.ts';

/** Throws `fact/bad-transaction` when `holds` is false. */
export function check(holds: boolean, problem: string): asserts holds {
  if (!holds) throw bad(problem);
}

/** The error for bytes or values that have no transaction form. */
export const bad = (problem: string): FactError =>
  new FactError({
    code: 'fact/bad-transaction',
    message: `not a transaction: ${problem}`,
    hint: 'when it comes from a file of the log, run `datum verify`',
    kind: 'integrity',
  });

/** The error for bytes of a later form than `known`. */
export const newer = (version: number, known: number): FactError =>
  new FactError({
    code: 'fact/newer-version',
    message: `made by a newer datum: transaction version ${version}, this program knows ${known}`,
    hint: 'update datum, then try again',
    kind: 'refused',
    data: { version, known },
  });

/** The instant's text; only the years 0000 to 9999 have one of fixed width. */
export function encodeInstant(micros: Micros): string {
  check(
    Number.isSafeInteger(micros) && micros >= FIRST && micros <= LAST,
    'an instant is out of range',
  );
  return formatInstant(micros);
}

const FIRST = Date.parse('0000-01-01T00:00:00Z') * 1000;
const LAST = Date.parse('9999-12-31T23:59:59.999Z') * 1000 + 999;
