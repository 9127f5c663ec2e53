import { DatumError } from '../base/index.ts';

/** Thrown by the log: for facts it cannot take, for history that is damaged or missing, and when it is busy. */
export class FactError extends DatumError {}
