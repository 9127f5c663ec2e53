import { DatumError, isJsonObject, type Json } from '../../base/index.ts';
import { z } from '../../spec/index.ts';
import { defineTool, type Tool } from '../tool/tool.ts';
import { helperCall, helperCallParallel } from './helper-call.ts';

const OUTPUT_TOKENS_MAX = 8192;
const outputTokens = z.int().min(1).max(OUTPUT_TOKENS_MAX).optional();
const sources = z.array(z.string().min(1)).optional();

/** Helpers as tools a model can use. */
export const helperTools: readonly Tool[] = Object.freeze([
  defineTool({
    name: 'helper_call',
    description:
      'Asks a small model that knows nothing but the prompt: to summarise, extract or compare text ' +
      'you paste into it. Name the sources of that text, and it must cite them.',
    kind: 'read',
    input: z.strictObject({
      prompt: z.string().min(1),
      model: z.string().min(1).optional(),
      max_tokens: outputTokens,
      summary: z.string().optional(),
      sources,
    }),
    run: async ({ prompt, model, max_tokens, summary, sources: named }) => {
      const answer = await helperCall(prompt, {
        ...(model === undefined ? {} : { model }),
        ...(max_tokens === undefined ? {} : { maxOutputTokens: max_tokens }),
        ...(summary === undefined ? {} : { summary }),
        ...(named === undefined ? {} : { sources: named }),
      });
      return toldTo(answer);
    },
  }),
  defineTool({
    name: 'helper_call_parallel',
    description:
      'Asks several helpers side by side, one for each prompt; results in the order of the prompts.',
    kind: 'read',
    input: z.strictObject({
      prompts: z.array(z.string().min(1)).min(1).max(100),
      model: z.string().min(1).optional(),
      max_tokens: outputTokens,
      max_concurrent: z.int().min(1).max(25).optional(),
      sources,
    }),
    run: async ({ prompts, model, max_tokens, max_concurrent, sources: named }) => {
      const options = {
        ...(model === undefined ? {} : { model }),
        ...(max_tokens === undefined ? {} : { maxOutputTokens: max_tokens }),
        ...(max_concurrent === undefined ? {} : { concurrent: max_concurrent }),
        ...(named === undefined ? {} : { sources: named }),
      };
      try {
        return { results: (await helperCallParallel(prompts, options)).map(toldTo) };
      } catch (error) {
        return partOf(error);
      }
    },
  }),
]);

const toldTo = ({
  text,
  provenancePreserved,
}: {
  readonly text: string;
  readonly provenancePreserved: boolean;
}): Json => (provenancePreserved ? { text } : { text, cites_its_sources: false });

/** What a model is told of a batch of which a part failed; any other error goes on. */
function partOf(error: unknown): Json {
  if (!(error instanceof DatumError) || error.code !== 'agent/helper-batch-failed') throw error;
  const { failures = [], results } = error.data;
  const told = Array.isArray(results)
    ? results.map((each) =>
        isJsonObject(each)
          ? toldTo({
              text: String(each['text']),
              provenancePreserved: each['provenancePreserved'] === true,
            })
          : null,
      )
    : [];
  return { results: told, failures };
}
