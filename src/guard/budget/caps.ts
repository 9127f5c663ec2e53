import type { CapAction, CostGuardrails } from '../../folder/index.ts';

/** What a cap adds up: an agent's day or month, one run, a run with all it set off, or all agents. */
export const capScopes = ['day', 'month', 'run', 'tree', 'fleet-day', 'fleet-month'] as const;
export type CapScope = (typeof capScopes)[number];

/** A bound on spending; several of one scope may stand side by side, and the lowest is met first. */
export interface Cap {
  readonly scope: CapScope;
  /** 0 freezes: nothing may be spent. */
  readonly usd: number;
  readonly action: CapAction;
  /** Whose day or month it is; the spender's own when absent. */
  readonly agent?: string;
}

/** Everything that decides whether a call may be paid for. */
export interface BudgetSettings {
  readonly caps: readonly Cap[];
  /** Shares of a cap at which to warn, once a period. */
  readonly warningThresholds: readonly number[];
  /** Where a cap with the action `fallback` moves calls; never used when it would cost more. */
  readonly fallbackModel?: string;
  /** A cap with the action `fallback` refuses beyond this multiple of itself; 1.25 when absent. */
  readonly fallbackCeiling?: number;
  /** Share of each cap that only a call made to finish well may use; 0 when absent. */
  readonly finishShare?: number;
}

/** The settings of an agent without guardrails. */
export const noCaps: BudgetSettings = Object.freeze({ caps: [], warningThresholds: [] });

/**
 * The settings that `cost_guardrails` of a model.md stand for (there a cap of 0 is no cap), with
 * further caps: of the run, the tree, the fleet or a policy.
 *
 * @example
 * const more = { caps: [{ scope: 'run', usd: 0.5, action: 'skip' }] };
 * settingsOf({ ...defaultGuardrails, enabled: true, dailyCapUsd: 2 }, more).caps.length; // => 2
 */
export function settingsOf(
  guardrails: CostGuardrails,
  more: Partial<BudgetSettings> = {},
): BudgetSettings {
  const own: readonly Cap[] = [
    { scope: 'day', usd: guardrails.dailyCapUsd, action: guardrails.dailyCapAction },
    { scope: 'month', usd: guardrails.monthlyCapUsd, action: guardrails.monthlyCapAction },
    { scope: 'run', usd: guardrails.runCapUsd, action: guardrails.runCapAction },
    { scope: 'tree', usd: guardrails.treeCapUsd, action: guardrails.treeCapAction },
  ];
  const { enabled, finishShare, warningThresholds } = guardrails;
  return {
    finishShare,
    ...more,
    caps: [...(enabled ? own.filter(({ usd }) => usd > 0) : []), ...(more.caps ?? [])],
    warningThresholds: more.warningThresholds ?? warningThresholds,
  };
}

/** The caps of an agent that those it delegates to must hold as well. */
export const inheritedCaps = (
  agent: string,
  { caps }: Pick<BudgetSettings, 'caps'>,
): readonly Cap[] => caps.filter(({ scope }) => scope !== 'run').map((cap) => ({ agent, ...cap }));
