import { DatumError } from '../base/index.ts';

/** Thrown when work cannot be claimed, continued or changed as asked; compare `code`, not the class. */
export class WorkError extends DatumError {}
