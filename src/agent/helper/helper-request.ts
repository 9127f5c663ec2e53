import { generate, type ModelRequest } from '../../model/index.ts';
import type { LoadedRun } from '../stage/load.ts';
import type { HelperArgs } from './operations.ts';

export const HELPER_MODEL = 'claude-haiku-4-5-20251001';

const CITE =
  'For each fact, cite where it stands: section, page or paragraph. ' +
  'When a place cannot be pinpointed, say so.';

/** The request to the model that a helper is: no persona, no memory, no tools. */
export const helperModelRequest = (run: LoadedRun, args: HelperArgs): ModelRequest =>
  generate.input.parse({
    model: args.model ?? (run.model.startsWith('claude-') ? HELPER_MODEL : run.model),
    system: systemOf(args.sources ?? []),
    messages: [{ role: 'user', text: args.prompt }],
    maxOutputTokens: args.maxOutputTokens,
    temperature: args.temperature,
  }) as ModelRequest;

const systemOf = (sources: readonly string[]) => {
  if (sources.length === 0) return [];
  const list = sources.map((source) => `- ${source}`).join('\n');
  return [{ text: `${CITE}\n\nSources you are working from:\n${list}` }];
};
