import { perform } from '../../effect/index.ts';
import { AgentError } from '../error.ts';
import { askHelper, askHelpers, type HelperAnswer, type HelperRequest } from './operations.ts';

/** How a helper is asked; see {@link HelperRequest}. */
export type HelperOptions = Omit<HelperRequest, 'prompt'>;

/**
 * Asks a model without persona, memory or tools, from inside a run: a tool's function, for example.
 * It counts against the caps of the run and has a line in its log; a resumed run is served the
 * answer (atomic-runtime §10).
 */
export const helperCall = (prompt: string, options: HelperOptions = {}): Promise<HelperAnswer> =>
  perform(askHelper, { ...options, prompt });

export interface HelperBatchOptions extends Omit<HelperOptions, 'summary'> {
  /** 5 when absent; 1 to 25. */
  readonly concurrent?: number;
  /** `{idx}` and `{total}` are filled in. */
  readonly summaryTemplate?: string;
  /** Instead of `sources`: those of each prompt. */
  readonly sourcesPerPrompt?: readonly (readonly string[])[];
}

/**
 * Asks several helpers side by side; the answers stand in the order of the prompts. The whole batch
 * is reserved before the first is asked. When some fail, it throws `agent/helper-batch-failed` after
 * all have ended, with `failures` and `results` (null where one failed) in its data.
 */
export async function helperCallParallel(
  prompts: readonly string[],
  options: HelperBatchOptions = {},
): Promise<readonly HelperAnswer[]> {
  const { concurrent, summaryTemplate, sourcesPerPrompt, ...each } = options;
  const perPrompt = sourcesPerPrompt?.map((sources) => [...sources]);
  if (each.sources !== undefined && perPrompt !== undefined) {
    throw badBatch('sources and sourcesPerPrompt exclude each other', 'give one of them');
  }
  if (perPrompt !== undefined && perPrompt.length !== prompts.length) {
    const hint = 'give a list of sources for each prompt';
    throw badBatch(`${prompts.length} prompts, but sources of ${perPrompt.length}`, hint);
  }
  if (prompts.length === 0) return [];
  const template = summaryTemplate ?? 'helper call {idx} of {total}';
  const requests = prompts.map((prompt, index) => {
    const sources = perPrompt?.[index];
    return {
      ...each,
      prompt,
      summary: summaryFrom(template, { idx: index + 1, total: prompts.length }),
      ...(sources === undefined ? {} : { sources }),
    };
  });
  const limits = concurrent === undefined ? {} : { concurrent };
  return (await perform(askHelpers, { requests, ...limits })).answers;
}

/** A template with its `{names}` filled in. */
export const summaryFrom = (
  template: string,
  values: Readonly<Record<string, string | number>>,
): string =>
  template.replaceAll(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));

const badBatch = (message: string, hint: string): AgentError =>
  new AgentError({ code: 'agent/bad-batch', kind: 'usage', message, hint });
