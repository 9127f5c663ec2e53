import type { OptionValue } from './command.ts';
import { usageError } from './error.ts';

/** Reads a day of the calendar, `YYYY-MM-DD`; a usage error names the option. */
export function readDay(option: string, value: OptionValue): string | undefined {
  if (typeof value !== 'string') return undefined;
  if (/^\d{4}-\d{2}-\d{2}$/.test(value)) return value;
  throw usageError(`${option} ${value} is not a day`, 'write it as 2026-06-01');
}
