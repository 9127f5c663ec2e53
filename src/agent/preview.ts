import { costOf, estimateTokens, priceOf } from '../model/index.ts';
import { promptText } from './prompt/assemble.ts';
import type { AgentWorld, RunOptions, RunRequest } from './run-options.ts';
import { assemble } from './stage/assemble.ts';
import { connect } from './stage/connect.ts';
import { newIdentity } from './stage/identify.ts';
import { load } from './stage/load.ts';

/** What a run would send and could cost; nothing is asked or written. */
export interface RunPreview {
  readonly agent: string;
  readonly model: string;
  /** The exact system prompt. */
  readonly prompt: string;
  readonly workItem: string;
  readonly tools: readonly string[];
  /** Estimated, prompt and work item and tools. */
  readonly inputTokens: number;
  readonly maxOutputTokens: number;
  /** USD of one model call that uses all of its output. */
  readonly callCeilingUsd: number;
  /** True when the model's price is not known and the highest was taken. */
  readonly costEstimated: boolean;
}

/** Assembles a run up to its first request and prices it. */
export async function previewRun(
  world: AgentWorld,
  request: RunRequest,
  options: RunOptions = {},
): Promise<RunPreview> {
  const run = await load(world, await newIdentity(world, request));
  const { model, system, tools, maxOutputTokens } = assemble(run, {
    registry: connect(run, options).registry,
    turns: [],
  });
  const prompt = promptText(system);
  const { estimated, ...price } = await priceOf(model, run.identity.database);
  const inputTokens =
    estimateTokens(prompt) +
    estimateTokens(request.workItem) +
    estimateTokens(JSON.stringify(tools));
  return {
    agent: request.agent,
    model,
    prompt,
    workItem: request.workItem,
    tools: tools.map(({ name }) => name),
    inputTokens,
    maxOutputTokens,
    callCeilingUsd: costOf(price, { input: inputTokens, output: maxOutputTokens }),
    costEstimated: estimated,
  };
}
