import { within } from '../effect/index.ts';
import { costOf, estimateTokens, priceOf } from '../model/index.ts';
import { AgentError } from './error.ts';
import type { Connections } from './mcp/connections.ts';
import type { LeftOut } from './program/program.ts';
import { promptText } from './prompt/assemble.ts';
import { warningsOf } from './prompt/model-warnings.ts';
import type { AgentWorld, RunOptions, RunRequest } from './run-options.ts';
import { assemble } from './stage/assemble.ts';
import { connect, liveRun } from './stage/connect.ts';
import { serversOf } from './stage/discover.ts';
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
  /** Tools of the folder that would not be offered, and why. */
  readonly toolsLeftOut: readonly LeftOut[];
  /** What in model.md has no effect. */
  readonly warnings: readonly string[];
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
  const servers = { ...(await serversOf(run)), connections: NOT_ASKED };
  const registry = await within(liveRun(run, servers), () => connect(run, { servers, options }));
  const { model, system, tools, maxOutputTokens } = assemble(run, { registry, turns: [] });
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
    toolsLeftOut: registry.leftOut,
    warnings: warningsOf(run.modelFile),
    inputTokens,
    maxOutputTokens,
    callCeilingUsd: costOf(price, { input: inputTokens, output: maxOutputTokens }),
    costEstimated: estimated,
  };
}

/** A preview starts no server; each is named among what is left out. */
const NOT_ASKED: Connections = Object.freeze<Connections>({
  to: async (server) => {
    throw new AgentError({
      code: 'agent/mcp-not-asked',
      message: `the tools of ${server} are known when it is asked, in a run`,
      hint: 'run the agent',
    });
  },
  close: async () => undefined,
});
