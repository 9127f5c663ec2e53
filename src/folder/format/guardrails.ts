import { isJsonObject, type Json } from '../../base/index.ts';
import type { Problem } from '../error.ts';

/** What an agent may spend (atomic-runtime §2.3); a cap of 0 is no cap. */
export interface CostGuardrails {
  readonly enabled: boolean;
  readonly dailyCapUsd: number;
  readonly monthlyCapUsd: number;
  /** Of one run. */
  readonly runCapUsd: number;
  /** Of one run with all its helpers and delegates. */
  readonly treeCapUsd: number;
  readonly dailyCapAction: CapAction;
  readonly monthlyCapAction: CapAction;
  readonly runCapAction: CapAction;
  readonly treeCapAction: CapAction;
  /** Share of each cap that is kept for a run's last words. */
  readonly finishShare: number;
  /** Shares of a cap, ascending. */
  readonly warningThresholds: readonly number[];
  readonly alertChannel: string;
}

export const CAP_ACTIONS = ['skip', 'fallback', 'alert', 'handoff'] as const;
export type CapAction = (typeof CAP_ACTIONS)[number];

export const defaultGuardrails: CostGuardrails = Object.freeze({
  enabled: false,
  dailyCapUsd: 0,
  monthlyCapUsd: 0,
  runCapUsd: 0,
  treeCapUsd: 0,
  dailyCapAction: 'skip',
  monthlyCapAction: 'alert',
  runCapAction: 'skip',
  treeCapAction: 'skip',
  finishShare: 0.05,
  warningThresholds: [0.5, 0.8],
  alertChannel: 'log_only',
});

interface Place {
  readonly file: string;
  readonly lineOf: (...path: readonly string[]) => number;
}

const KEYS = [
  'enabled',
  'daily_cap_usd',
  'monthly_cap_usd',
  'run_cap_usd',
  'tree_cap_usd',
  'daily_cap_action',
  'monthly_cap_action',
  'run_cap_action',
  'tree_cap_action',
  'finish_share',
  'warning_thresholds',
  'alert_channel',
] as const;
type Key = (typeof KEYS)[number];

const isCap = (value: Json): boolean => typeof value === 'number' && value >= 0;
const isAction = (value: Json): boolean => CAP_ACTIONS.some((action) => action === value);
const isShare = (value: Json): boolean => typeof value === 'number' && value > 0 && value <= 1;

type Rule = readonly [must: string, holds: (value: Json) => boolean];
const USD: Rule = ['a number of dollars, 0 or more', isCap];
const ACTION: Rule = [`one of ${CAP_ACTIONS.join(', ')}`, isAction];

const RULES: Readonly<Record<Key, Rule>> = {
  enabled: ['true or false, without quotes', (value) => typeof value === 'boolean'],
  daily_cap_usd: USD,
  monthly_cap_usd: USD,
  run_cap_usd: USD,
  tree_cap_usd: USD,
  daily_cap_action: ACTION,
  monthly_cap_action: ACTION,
  run_cap_action: ACTION,
  tree_cap_action: ACTION,
  finish_share: [
    'a share from 0 to below 1',
    (value) => typeof value === 'number' && value >= 0 && value < 1,
  ],
  warning_thresholds: [
    'a list of shares between 0 and 1',
    (value) => Array.isArray(value) && value.every(isShare),
  ],
  alert_channel: ['text', (value) => typeof value === 'string'],
};

/** Checks the value of `cost_guardrails:`; anything but exactly right is a problem with its line. */
export function readGuardrails(block: Json, { file, lineOf }: Place) {
  const problems: Problem[] = [];
  const warnings: Problem[] = [];
  const at = (key: string) => ({ file, line: lineOf('cost_guardrails', key) });
  if (!isJsonObject(block)) {
    const message = '`cost_guardrails` is not a list of `key: value` lines';
    problems.push({ ...at(''), message, hint: 'indent the keys under `cost_guardrails:`' });
    return { guardrails: defaultGuardrails, problems, warnings };
  }
  for (const [key, value] of Object.entries(block)) {
    const rule = RULES[key as Key] as Rule | undefined;
    if (rule === undefined) {
      const message = `\`${key}\` is no key of \`cost_guardrails\` and has no effect`;
      warnings.push({ ...at(key), message, hint: `known are ${KEYS.join(', ')}` });
    } else if (!rule[1](value)) {
      const message = `\`${key}\` must be ${rule[0]}`;
      problems.push({ ...at(key), message, hint: `correct \`${key}\`; no run starts before` });
    }
  }
  const channel = block['alert_channel'];
  if (typeof channel === 'string' && !/^(?:log_only|log|journal|https?:\/\/\S+)$/.test(channel)) {
    const message = `\`alert_channel: ${channel}\` sends nothing; alerts stand in the run log`;
    const hint = 'known are log_only, journal, and the address of a webhook';
    warnings.push({ ...at('alert_channel'), message, hint });
  }
  if (problems.length > 0) return { guardrails: defaultGuardrails, problems, warnings };
  const get = <Value>(key: Key, fallback: Value): Value => (block[key] ?? fallback) as Value;
  const guardrails: CostGuardrails = {
    enabled: get('enabled', defaultGuardrails.enabled),
    dailyCapUsd: get('daily_cap_usd', defaultGuardrails.dailyCapUsd),
    monthlyCapUsd: get('monthly_cap_usd', defaultGuardrails.monthlyCapUsd),
    runCapUsd: get('run_cap_usd', defaultGuardrails.runCapUsd),
    treeCapUsd: get('tree_cap_usd', defaultGuardrails.treeCapUsd),
    dailyCapAction: get('daily_cap_action', defaultGuardrails.dailyCapAction),
    monthlyCapAction: get('monthly_cap_action', defaultGuardrails.monthlyCapAction),
    runCapAction: get('run_cap_action', defaultGuardrails.runCapAction),
    treeCapAction: get('tree_cap_action', defaultGuardrails.treeCapAction),
    finishShare: get('finish_share', defaultGuardrails.finishShare),
    warningThresholds: get('warning_thresholds', defaultGuardrails.warningThresholds).toSorted(
      (a, b) => a - b,
    ),
    alertChannel: get('alert_channel', defaultGuardrails.alertChannel),
  };
  return { guardrails, problems, warnings };
}
