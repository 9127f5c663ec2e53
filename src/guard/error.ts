import { DatumError } from '../base/index.ts';

/** Thrown when a guard refuses an effect (exit 3), or cannot decide; compare `code`, not the class. */
export class GuardError extends DatumError {}
