import type { OptionValue } from './command.ts';
import { usageError } from './error.ts';

/** Reads a whole number from 1; a usage error names the option. */
export function readCount(option: string, value: OptionValue): number {
  const count = Number(value);
  if (Number.isSafeInteger(count) && count >= 1) return count;
  throw usageError(`${option} ${String(value)} is not a count`, 'write a whole number from 1');
}
