import { DatumError, isJsonObject, type Json } from '../../base/index.ts';
import { z } from '../../spec/index.ts';
import type { LoadedRun } from '../stage/load.ts';
import { defineTool, type Tool } from '../tool/tool.ts';
import { delegate, delegateParallel } from './delegate-call.ts';

/** Delegation as tools a model can use; none without a roster, and none for a delegate. */
export function delegateTools({ roster, identity }: LoadedRun): readonly Tool[] {
  if (roster.length === 0 || identity.request.parentRun !== undefined) return [];
  const target = z.enum(roster as [string, ...string[]]);
  return [
    defineTool({
      name: 'delegate',
      description:
        'Has another agent do something, with its own persona, memory and tools. It knows nothing of ' +
        'this conversation: say all it needs in the work item.',
      kind: 'write',
      resumable: true,
      input: z.strictObject({
        target,
        work_item: z.string().min(1),
        summary: z.string().optional(),
      }),
      run: async ({ target: name, work_item, summary }) =>
        toldTo(await delegate(name, work_item, summary === undefined ? {} : { summary })),
    }),
    defineTool({
      name: 'delegate_parallel',
      description:
        'Has several agents work side by side; results in the order of the delegations. Those for one ' +
        'agent follow each other.',
      kind: 'write',
      resumable: true,
      input: z.strictObject({
        delegations: z
          .array(z.strictObject({ target, work_item: z.string().min(1) }))
          .min(1)
          .max(25),
        max_concurrent: z.int().min(1).max(25).optional(),
      }),
      run: async ({ delegations, max_concurrent }) => {
        const pairs = delegations.map((each) => [each.target, each.work_item] as const);
        const options = max_concurrent === undefined ? {} : { concurrent: max_concurrent };
        try {
          return { results: (await delegateParallel(pairs, options)).map((each) => toldTo(each)) };
        } catch (error) {
          return partOf(error);
        }
      },
    }),
  ];
}

interface Told {
  readonly status: string;
  readonly text: string;
  readonly reason?: string | undefined;
}

const toldTo = ({ status, text, reason }: Told): Json =>
  status === 'ok' ? { text } : { text, status, ...(reason === undefined ? {} : { reason }) };

/** What a model is told of a batch of which a part failed; any other error goes on. */
function partOf(error: unknown): Json {
  if (!(error instanceof DatumError) || error.code !== 'agent/delegate-batch-failed') throw error;
  const { failures = [], results } = error.data;
  const told = (Array.isArray(results) ? results : []).map((each) =>
    isJsonObject(each)
      ? toldTo({
          status: String(each['status']),
          text: String(each['text']),
          ...(typeof each['reason'] === 'string' ? { reason: each['reason'] } : {}),
        })
      : null,
  );
  return { results: told, failures };
}
