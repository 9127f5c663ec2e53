import { defineOperation, perform } from '../effect/index.ts';
import { z } from '../spec/index.ts';

const embedRequest = z.object({
  model: z.string().min(1),
  texts: z.array(z.string()).min(1),
});

const embedAnswer = z.object({
  /** One vector for each text, in their order. */
  vectors: z.array(z.array(z.number()).min(1)),
  tokens: z.int().nonnegative(),
  /** False when the provider reported no usage and the tokens are estimated. */
  measured: z.boolean(),
});

export type EmbedRequest = z.output<typeof embedRequest>;
export type EmbedAnswer = z.output<typeof embedAnswer>;

/** Texts as vectors, of a model that a provider serves; the same texts give the same vectors. */
export const embed = defineOperation({
  name: 'model/embed',
  kind: 'external',
  idempotent: true,
  input: embedRequest,
  output: embedAnswer,
});

/** The vectors of texts; `undefined` where no embedding model is set, for then there is no search by meaning. */
export const embedTexts = async (
  texts: readonly string[],
  model: string | undefined,
): Promise<EmbedAnswer | undefined> =>
  model === undefined || model.trim() === '' || texts.length === 0
    ? undefined
    : perform(embed, { model: model.trim(), texts: [...texts] });
