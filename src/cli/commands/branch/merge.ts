import { defineCommand } from '../../command.ts';
import { writeHome } from '../../session.ts';
import { reportTransaction } from '../fact/transaction-report.ts';

/** `datum branch merge` */
export const command = defineCommand({
  summary: 'Write what a branch changes to where it came from',
  arguments: [{ name: '<name>', about: 'of the branch' }],
  examples: ['datum branch merge what-if'],
  run: (invocation) =>
    writeHome(invocation, async (home) => {
      const [name = ''] = invocation.args;
      const result = await home.log.branches.merge(name, { by: home.by });
      if (result.ok && result.written) await home.commit(`branch: merge ${name}`);
      return reportTransaction(result);
    }),
});
