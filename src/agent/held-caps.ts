import type { CostGuardrails } from '../folder/index.ts';
import { type BudgetSettings, type Cap, settingsOf } from '../guard/index.ts';
import type { AgentWorld } from './run-options.ts';

/** What an agent may spend: the caps of its model.md, and those this machine holds beside them. */
export function heldSettings(
  { acceptedCaps }: Pick<AgentWorld, 'acceptedCaps'>,
  agent: string,
  guardrails: CostGuardrails,
): BudgetSettings {
  const stated = settingsOf(guardrails);
  const held = acceptedCaps?.hold(`agent:${agent}`, stated.caps);
  return { ...stated, caps: held?.caps ?? stated.caps };
}

/** Caps that model.md no longer states so tightly and that hold all the same. */
export const loosenedCaps = (
  { acceptedCaps }: Pick<AgentWorld, 'acceptedCaps'>,
  agent: string,
  guardrails: CostGuardrails,
): readonly Cap[] =>
  acceptedCaps?.hold(`agent:${agent}`, settingsOf(guardrails).caps).loosened ?? [];

/** What a machine trusts the caps of an agent by, whose model.md stands there. */
export const capsItem = (modelPath: string): string => `${modelPath}#caps`;
