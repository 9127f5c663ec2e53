import { DatumError } from '../base/index.ts';

/** Thrown for a folder that is no home, settings that do not parse, and states a command does not allow. */
export class HomeError extends DatumError {}
