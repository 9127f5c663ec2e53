import type { JsonObject } from '../../base/index.ts';
import type { ModelMessage, ModelRequest } from '../../model/index.ts';
import { CAPTURE_TOOL, captureSpec } from '../capture/capture.ts';
import { assemblePrompt } from '../prompt/assemble.ts';
import { modelTools, type ToolRegistry } from '../tool/registry.ts';
import type { LoadedRun } from './load.ts';

export const TEMPERATURE = 0.6;

const captureTool = Object.freeze({
  name: CAPTURE_TOOL,
  description:
    'Remember something durable as a note: a correction, a locked decision, a fact about the user, ' +
    'something that would be painful to work out again. Cite where it comes from in sources.',
  input: captureSpec.json as JsonObject,
});

/** The first request of a run: the prompt, the tools, earlier turns, and the work item as the user's message. */
export function assemble(
  run: LoadedRun,
  { registry, turns }: { readonly registry: ToolRegistry; readonly turns: readonly ModelMessage[] },
): ModelRequest {
  const { request } = run.identity;
  return {
    model: run.model,
    ...(run.modelFile.provider === undefined ? {} : { provider: run.modelFile.provider }),
    system: [...assemblePrompt(run.source)],
    messages: [...turns, { role: 'user', text: request.workItem }],
    tools: [captureTool, ...modelTools(registry)],
    maxOutputTokens: request.maxOutputTokens ?? run.modelFile.maxOutputTokens,
    temperature: request.temperature ?? TEMPERATURE,
    ...(request.answerSchema === undefined ? {} : { answerSchema: { ...request.answerSchema } }),
  };
}
