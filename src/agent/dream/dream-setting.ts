import type { WriteOptions } from '../../folder/index.ts';
import { costOf, estimateTokens, priceOf, roundUsd } from '../../model/index.ts';
import { AgentError } from '../error.ts';
import { heldSettings } from '../held-caps.ts';
import { localTime } from '../local-time.ts';
import { readModelOf } from '../prompt/prompt-source.ts';
import type { AgentSnapshot } from '../prompt/snapshot.ts';
import type { AgentWorld } from '../run-options.ts';
import type { Asking } from './ask.ts';
import { plannedPrompts } from './find-changes.ts';
import { type Material, readMaterial } from './material.ts';

export interface DreamRequest {
  readonly agent: string;
  /** What the operator wants looked at. */
  readonly instructions?: string;
  /** Days; 30 when absent. */
  readonly journalLookback?: number;
  readonly logLookback?: number;
  /** The default model of model.md when absent. */
  readonly model?: string;
  /** Goes past the caps; recorded. */
  readonly critical?: boolean;
  readonly write: WriteOptions;
  readonly signal?: AbortSignal;
  /** Told what the dream is doing now. */
  readonly onStep?: (text: string) => void;
}

const LOOKBACK_DAYS = 30;

/** What a dream is made of, fixed before it is begun. */
export interface Setting {
  readonly asking: Asking;
  readonly material: Material;
}

export async function settingFor(
  world: AgentWorld,
  snapshot: AgentSnapshot,
  request: DreamRequest,
): Promise<Setting> {
  const { day: today } = localTime(world.clock.now(), world.zone);
  const { defaultModel, guardrails } = await readModelOf(snapshot);
  const asking = {
    model: request.model ?? defaultModel,
    instructions: request.instructions?.trim() ?? '',
  };
  const material = await readMaterial(world.log, snapshot, {
    today,
    journalDays: request.journalLookback ?? LOOKBACK_DAYS,
    logDays: request.logLookback ?? LOOKBACK_DAYS,
  });
  const estimate = await estimateOf(material, asking, snapshot);
  const spender = { agent: request.agent, run: 'dream' };
  const headroom = await world.budget?.headroom(
    spender,
    heldSettings(world, request.agent, guardrails),
  );
  if (request.critical !== true && headroom !== undefined && estimate > headroom) {
    throw overBudget(estimate, headroom);
  }
  return { asking, material };
}

/** What the questions cost at the least: their input, and all the output they may have. */
async function estimateOf(
  material: Material,
  asking: Asking,
  { database }: AgentSnapshot,
): Promise<number> {
  const { estimated: _, ...price } = await priceOf(asking.model, database);
  return roundUsd(
    plannedPrompts(material, asking).reduce(
      (sum, { prompt, maxOutputTokens }) =>
        sum + costOf(price, { input: estimateTokens(prompt), output: maxOutputTokens }),
      0,
    ),
  );
}

const overBudget = (estimate: number, headroom: number): AgentError =>
  new AgentError({
    code: 'agent/dream-over-budget',
    kind: 'refused',
    message: `the dream would cost about $${estimate.toFixed(6)} and $${headroom.toFixed(6)} is left under the caps`,
    hint: 'look back less far, take a cheaper model, wait for the next day, or use --critical',
    data: { estimate, headroom },
  });
