import { DatumError } from '../base/index.ts';

/** Thrown when git is missing, refuses a command, or cannot reach a remote. */
export class GitError extends DatumError {}
