import { defineOperation } from '../../effect/index.ts';
import { z } from '../../spec/index.ts';
import { asked, concurrent } from './asked.ts';

/** What a helper is asked; it knows nothing else (atomic-runtime §10). */
export const helperRequest = z.strictObject({
  prompt: z.string().min(1),
  /** The small Claude model for agents on Claude, the agent's own for others, when absent. */
  model: z.string().min(1).optional(),
  maxOutputTokens: z.int().positive().default(1024),
  temperature: z.number().min(0).max(2).default(0.3),
  /** In a few words, for the run log. */
  summary: z.string().default(''),
  /** Names of what the prompt quotes: the helper must say where in them each fact stands. */
  sources: z.array(z.string().min(1)).optional(),
});

const helperAnswer = asked.extend({
  costEstimated: z.boolean(),
  sources: z.array(z.string()),
  /** False: treat the text as prose without citations. */
  provenancePreserved: z.boolean(),
});

export type HelperRequest = z.input<typeof helperRequest>;
export type HelperArgs = z.output<typeof helperRequest>;
export type HelperAnswer = z.output<typeof helperAnswer>;

/** Asks a helper; what it does to the world is performed, and recorded, inside. */
export const askHelper = defineOperation({
  name: 'agent/ask-helper',
  kind: 'read',
  input: helperRequest,
  output: helperAnswer,
});

/** Asks several helpers side by side, reserved as a whole; the answers stand in the order of the requests. */
export const askHelpers = defineOperation({
  name: 'agent/ask-helpers',
  kind: 'read',
  input: z.object({
    requests: z.array(helperRequest).min(1),
    concurrent,
  }),
  output: z.object({ answers: z.array(helperAnswer) }),
});
