import type { JsonObject } from '../base/index.ts';

/** One thing that is not as it was written. */
export interface Finding {
  /** `proof/…`: what kind of fault. */
  readonly code: string;
  /** In one line, without the place. */
  readonly message: string;
  /** The file, relative to the home. */
  readonly path: string;
  readonly writer?: string;
  /** Of the first bad transaction of this writer. */
  readonly seq?: number;
  /** Its id, or the id that the log says it should have. */
  readonly tx?: string;
}

/** A finding for programs. */
export const findingData = (finding: Finding): JsonObject => ({ ...finding });
