import type { JsonObject } from '../../../base/index.ts';
import { logOutcomes } from '../../../work/index.ts';
import { defineCommand } from '../../command.ts';
import { usageError } from '../../error.ts';
import { readHome } from '../../session.ts';

/** `datum outcome show` */
export const command = defineCommand({
  summary: 'One outcome with its drafts',
  arguments: [
    { name: '<agent>', about: 'the agent' },
    { name: '<outcome>', about: 'its id, as datum outcome list has it' },
  ],
  examples: ['datum outcome show harbor outcome-20260605-141200-3c1f9e20'],
  run: (invocation) =>
    readHome(invocation, async (home) => {
      const [named = '', run = ''] = invocation.args;
      const agent = await home.agent(named).called();
      const found = await logOutcomes(home.log).read(agent, run);
      if (found === undefined) {
        throw usageError(`${agent} has no outcome ${run}`, 'see datum outcome list');
      }
      const drafts = found.iterations.map(
        (each) =>
          `${String(each['iteration'])}. ${String(each['judge_verdict'])}  ${String(each['agent_run_id'] ?? '')}`,
      );
      const text = [
        found.description,
        `${found.status}, ${found.costUsd.toFixed(6)} USD`,
        ...drafts,
        ...found.files,
        found.explanation,
      ];
      return {
        data: JSON.parse(JSON.stringify(found)) as JsonObject,
        text: text.join('\n').trim(),
      };
    }),
});
