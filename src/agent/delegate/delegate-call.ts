import { perform } from '../../effect/index.ts';
import { summaryFrom } from '../helper/helper-call.ts';
import { askDelegate, askDelegates, type DelegateResult, type Delegation } from './operations.ts';

/** How a delegate is asked; see {@link Delegation}. */
export type DelegateOptions = Omit<Delegation, 'target' | 'workItem'>;

/**
 * Has another agent of the roster do something, from inside a run: a run of its own, with its own
 * lock, log, memory and tools, under its own caps and those of the run that asks (atomic-runtime §11).
 */
export const delegate = (
  target: string,
  workItem: string,
  options: DelegateOptions = {},
): Promise<DelegateResult> => perform(askDelegate, { ...options, target, workItem });

export interface DelegateBatchOptions extends Omit<DelegateOptions, 'summary'> {
  /** 5 when absent; 1 to 25. */
  readonly concurrent?: number;
  /** `{idx}`, `{total}` and `{target}` are filled in. */
  readonly summaryTemplate?: string;
}

/**
 * Has several agents work side by side; the results stand in the order of the pairs, and pairs for
 * one agent follow each other. When some fail, it throws `agent/delegate-batch-failed` after all have
 * ended, with `failures` and `results` (null where one failed) in its data.
 */
export async function delegateParallel(
  pairs: readonly (readonly [target: string, workItem: string])[],
  options: DelegateBatchOptions = {},
): Promise<readonly DelegateResult[]> {
  const { concurrent, summaryTemplate, ...each } = options;
  if (pairs.length === 0) return [];
  const template = summaryTemplate ?? 'delegate {idx} of {total}: {target}';
  const delegations = pairs.map(([target, workItem], index) => ({
    ...each,
    target,
    workItem,
    summary: summaryFrom(template, { idx: index + 1, total: pairs.length, target }),
  }));
  const limits = concurrent === undefined ? {} : { concurrent };
  return (await perform(askDelegates, { delegations, ...limits })).results;
}
