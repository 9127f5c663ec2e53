import { formatInstant, isSha256, type Micros, readInstant } from '../base/index.ts';
import type { Point } from '../fact/index.ts';
import type { OptionValue } from './command.ts';
import { usageError } from './error.ts';

/** The options of every command that reads at a point of the two times. */
export const pointOptions = Object.freeze([
  { flags: '--known <time>', about: 'what was known then: a time, or a transaction id' },
  { flags: '--valid <time>', about: 'what was true then' },
  { flags: '--branch <name>', about: 'on this branch' },
]);

/** Reads `--known`, `--valid` and `--branch`. */
export function readPoint(options: Readonly<Record<string, OptionValue>>): Point {
  const known = text(options['known']);
  const valid = text(options['valid']);
  const branch = text(options['branch']);
  return {
    ...(known === undefined ? {} : { known: isSha256(known) ? known : readTime('--known', known) }),
    ...(valid === undefined ? {} : { valid: readTime('--valid', valid) }),
    ...(branch === undefined ? {} : { branch }),
  };
}

/** Reads a time a person wrote; a usage error names the option. */
export function readTime(option: string, value: string): Micros {
  const micros = readInstant(value);
  if (micros !== undefined) return micros;
  throw usageError(
    `${option} ${value} is not a time`,
    'write a date (2026-01-31) or a date and time with a zone (2026-01-31T09:30Z)',
  );
}

/** True when a stretch of valid time contains a time. */
export const covers = (
  { validFrom, validTo }: { readonly validFrom?: Micros | 'always'; readonly validTo?: Micros },
  valid: Micros,
): boolean =>
  (validFrom === undefined || validFrom === 'always' || validFrom <= valid) &&
  (validTo === undefined || valid < validTo);

/** A time as people read it: seconds, in UTC. */
export const showTime = (micros: Micros): string => `${formatInstant(micros).slice(0, 19)}Z`;

const text = (value: OptionValue): string | undefined =>
  typeof value === 'string' ? value : undefined;
