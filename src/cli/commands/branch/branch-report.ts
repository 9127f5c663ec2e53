import type { JsonObject } from '../../../base/index.ts';
import type { Branch } from '../../../fact/index.ts';

/** A branch for programs. */
export const branchData = ({ name, from, base }: Branch): JsonObject => ({
  name,
  from: from ?? null,
  base,
});
