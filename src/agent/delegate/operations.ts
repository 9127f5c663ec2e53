import { defineOperation } from '../../effect/index.ts';
import { z } from '../../spec/index.ts';
import { asked, concurrent } from '../helper/asked.ts';

/** What another agent is asked to do (atomic-runtime §11). */
export const delegation = z.strictObject({
  target: z.string().min(1),
  workItem: z.string().min(1),
  maxOutputTokens: z.int().positive().optional(),
  temperature: z.number().min(0).max(2).optional(),
  /** As critical as the coordinator when absent. */
  critical: z.boolean().optional(),
  /** In a few words, for the run log. */
  summary: z.string().default(''),
});

/** The cost is that of the run with its helpers. */
const delegateResult = asked.extend({
  run: z.string(),
  agent: z.string(),
  status: z.enum(['ok', 'skipped', 'deduped', 'interrupted']),
  captures: z.array(z.string()),
  reason: z.string().optional(),
});

export type Delegation = z.input<typeof delegation>;
export type DelegationArgs = z.output<typeof delegation>;
export type DelegateResult = z.output<typeof delegateResult>;

/** Asks another agent; a run that was cut off inside goes on there. */
export const askDelegate = defineOperation({
  name: 'agent/ask-delegate',
  kind: 'write',
  input: delegation,
  output: delegateResult,
  idempotent: true,
});

/** Asks several agents side by side; those for one agent follow each other. */
export const askDelegates = defineOperation({
  name: 'agent/ask-delegates',
  kind: 'write',
  input: z.object({
    delegations: z.array(delegation).min(1),
    concurrent,
  }),
  output: z.object({ results: z.array(delegateResult) }),
  idempotent: true,
});

/** Gives the run of a delegate its name, when the caps of the coordinator let it begin. */
export const nameDelegate = defineOperation({
  name: 'agent/name-delegate',
  kind: 'read',
  input: z.object({ agent: z.string() }),
  output: z.object({ run: z.string(), started: z.int() }),
});

const delegateRun = delegation.extend({
  agent: z.string(),
  run: z.string(),
  started: z.int(),
  batch: z.string().optional(),
});
export type RunDelegateArgs = z.output<typeof delegateRun>;

/** Runs a delegate, or goes on with its run: what it did is neither done nor paid again. */
export const runDelegate = defineOperation({
  name: 'agent/run-delegate',
  kind: 'write',
  input: delegateRun,
  output: delegateResult,
  idempotent: true,
});
