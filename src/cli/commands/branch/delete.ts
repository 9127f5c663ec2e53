import { defineCommand } from '../../command.ts';
import { writeHome } from '../../session.ts';
import { reportTransaction } from '../fact/transaction-report.ts';

/** `datum branch delete` */
export const command = defineCommand({
  summary: 'End a branch; what was known on it stays readable',
  arguments: [{ name: '<name>', about: 'of the branch' }],
  examples: ['datum branch delete what-if'],
  run: (invocation) =>
    writeHome(invocation, async (home) => {
      const [name = ''] = invocation.args;
      const result = await home.log.branches.close(name);
      if (result.ok && result.written) await home.commit(`branch: delete ${name}`);
      return reportTransaction(result);
    }),
});
