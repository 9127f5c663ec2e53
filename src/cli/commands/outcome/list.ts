import { logOutcomes } from '../../../work/index.ts';
import { defineCommand } from '../../command.ts';
import { readHome } from '../../session.ts';

/** `datum outcome list` */
export const command = defineCommand({
  summary: 'The outcomes of an agent',
  arguments: [{ name: '<agent>', about: 'the agent' }],
  examples: ['datum outcome list harbor'],
  run: (invocation) =>
    readHome(invocation, async (home) => {
      const agent = await home.agent(invocation.args[0] ?? '').called();
      const outcomes = logOutcomes(home.log);
      const found = await Promise.all(
        (await outcomes.list(agent)).map((run) => outcomes.read(agent, run)),
      );
      const rows = found.flatMap((each) =>
        each === undefined
          ? []
          : [
              {
                run: each.run,
                status: each.status,
                description: each.description,
                costUsd: each.costUsd,
              },
            ],
      );
      const lines = rows.map(
        ({ run, status, costUsd, description }) =>
          `${run}  ${status}  ${costUsd.toFixed(6)}  ${description}`,
      );
      return { data: rows, text: lines.length === 0 ? 'no outcomes yet' : lines.join('\n') };
    }),
});
