import type { ErrorKind } from '../base/index.ts';

/** What a command's exit code says; the same for every command. */
export const exitCode = Object.freeze({
  done: 0,
  /** It failed, or it looked for faults and found some. */
  failed: 1,
  usage: 2,
  /** Refused by a guard, or for want of trust. */
  refused: 3,
  busy: 4,
  /** The past was changed or is missing. */
  integrity: 5,
  interrupted: 130,
} satisfies Record<ErrorKind | 'done' | 'interrupted', number>);

export type ExitCode = (typeof exitCode)[keyof typeof exitCode];
