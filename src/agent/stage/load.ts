import type { JsonObject } from '../../base/index.ts';
import type { ModelFile } from '../../folder/index.ts';
import { type PromptSource, readPromptSource } from '../prompt/prompt-source.ts';
import { type AgentSnapshot, openSnapshot } from '../prompt/snapshot.ts';
import type { AgentWorld } from '../run-options.ts';
import { Draft, Meter, type RunIdentity } from '../run-state.ts';

/** A run with the files it works from. */
export interface LoadedRun {
  readonly identity: RunIdentity;
  readonly world: AgentWorld;
  readonly snapshot: AgentSnapshot;
  readonly source: PromptSource;
  readonly modelFile: ModelFile;
  /** The model it asks. */
  readonly model: string;
  readonly meter: Meter;
  /** Lines of its helpers and delegates, known when the run is recorded. */
  readonly children: JsonObject[];
  readonly draft: Draft;
  /** What is being written beside the run; waited for before it ends. */
  readonly pending: Promise<void>[];
}

/** Reads the agent's files as they were when the run was begun; a wrong one stops it here. */
export async function load(world: AgentWorld, identity: RunIdentity): Promise<LoadedRun> {
  const { request, database } = identity;
  const snapshot = await openSnapshot(world.log, { agent: request.agent, database });
  const source = await readPromptSource(world.log, snapshot);
  return {
    identity,
    world,
    snapshot,
    source,
    modelFile: source.model,
    model: request.model ?? source.model.defaultModel,
    meter: new Meter(),
    children: [],
    draft: new Draft(),
    pending: [],
  };
}
