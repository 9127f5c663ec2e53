import type { EmbeddingModelV3 } from '@ai-sdk/provider';
import type { EmbedAnswer, EmbedRequest } from './embed.ts';
import { type FailedCall, modelFailure, stopped } from './failure.ts';
import { estimateTokens } from './tokens.ts';

/** How many texts go into one request where a provider names no limit. */
const batchMax = 96;

/** Embeds texts in as many requests as the model asks for; every failure is a `ModelError`. */
export async function callEmbedding(
  open: () => Promise<EmbeddingModelV3>,
  { texts }: EmbedRequest,
  { signal, ...call }: FailedCall & { readonly signal: AbortSignal | undefined },
): Promise<EmbedAnswer> {
  const vectors: number[][] = [];
  let tokens = 0;
  let measured = true;
  try {
    const model = await open();
    const size = (await model.maxEmbeddingsPerCall) ?? batchMax;
    for (let from = 0; from < texts.length; from += size) {
      const values = texts.slice(from, from + size);
      const done = await model.doEmbed({ values, ...(signal && { abortSignal: signal }) });
      vectors.push(...done.embeddings);
      measured &&= done.usage !== undefined;
      tokens += done.usage?.tokens ?? values.reduce((sum, text) => sum + estimateTokens(text), 0);
    }
  } catch (error) {
    throw signal?.aborted === true ? stopped(call) : modelFailure(error, call);
  }
  return { vectors, tokens, measured };
}
