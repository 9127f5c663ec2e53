import type { JsonObject } from '../../base/index.ts';
import { type ModelFile, parseRoster } from '../../folder/index.ts';
import { type Cap, inheritedCaps, settingsOf } from '../../guard/index.ts';
import { heldSettings } from '../held-caps.ts';
import { type PromptSource, readModelOf, readPromptSource } from '../prompt/prompt-source.ts';
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
  /** The agents it may delegate to. */
  readonly roster: readonly string[];
  /** Caps of the agent that delegated to it. */
  readonly inherited: readonly Cap[];
  /** The batch whose reservation its calls draw from. */
  readonly batch?: string;
  /** Of its caller: stops its helpers and delegates too. */
  readonly signal?: AbortSignal;
  /** Names given to its delegates. */
  readonly named: Set<string>;
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
  // A resumed run reads what the files were: no word on what they are.
  if (!identity.resumed) {
    world.acceptedCaps?.learn(`agent:${request.agent}`, settingsOf(source.model.guardrails).caps);
  }
  return {
    identity,
    world,
    snapshot,
    source,
    modelFile: source.model,
    model: request.model ?? source.model.defaultModel,
    roster: await rosterOf(snapshot),
    inherited: await capsAbove(world, identity),
    named: new Set(),
    meter: new Meter(),
    children: [],
    draft: new Draft(),
    pending: [],
  };
}

async function rosterOf(snapshot: AgentSnapshot): Promise<readonly string[]> {
  const text = await snapshot.read('roster.md');
  return text === undefined ? [] : parseRoster(text, snapshot.inHome('roster.md')).delegates;
}

/** A delegate also holds the caps of its coordinator, as they were when it was begun. */
async function capsAbove(
  world: AgentWorld,
  { request, database }: RunIdentity,
): Promise<readonly Cap[]> {
  const { parentAgent } = request;
  if (parentAgent === undefined || parentAgent === request.agent) return [];
  const snapshot = await openSnapshot(world.log, { agent: parentAgent, database });
  const { guardrails } = await readModelOf(snapshot);
  return inheritedCaps(parentAgent, heldSettings(world, parentAgent, guardrails));
}
