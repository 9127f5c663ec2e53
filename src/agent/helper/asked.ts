import { z } from '../../spec/index.ts';

/** What every answer of a model says that a run asked for, by itself or through another agent. */
export const asked = z.object({
  text: z.string(),
  model: z.string(),
  inputTokens: z.int(),
  outputTokens: z.int(),
  costUsd: z.number(),
  latencyMillis: z.number(),
});

/** How many are asked at a time. */
export const concurrent = z.int().min(1).max(25).default(5);
