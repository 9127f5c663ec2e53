import { DatumError } from '../base/index.ts';

/**
 * Thrown when a model cannot be chosen, reached or understood. `model/rate-limited`,
 * `model/overloaded`, `model/timeout` and `model/unreachable` may pass by themselves; the others
 * will not.
 */
export class ModelError extends DatumError {}

/** Codes of failures that another attempt may not meet. */
export const passingCodes: ReadonlySet<string> = new Set([
  'model/rate-limited',
  'model/overloaded',
  'model/timeout',
  'model/unreachable',
]);
