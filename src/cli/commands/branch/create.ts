import { isSha256 } from '../../../base/index.ts';
import { defineCommand } from '../../command.ts';
import { usageError } from '../../error.ts';
import { given } from '../../given.ts';
import { writeHome } from '../../session.ts';
import { branchData } from './branch-report.ts';

/** `datum branch create` */
export const command = defineCommand({
  summary: 'Begin a branch; it copies nothing',
  arguments: [{ name: '<name>', about: 'of the branch' }],
  options: [
    { flags: '--from <branch>', about: 'another branch than main' },
    { flags: '--known <transaction>', about: 'an earlier base than now' },
  ],
  examples: [
    'datum branch create what-if',
    `datum fact assert room:reading room/seats 40 --branch what-if`,
  ],
  run: (invocation) =>
    writeHome(invocation, async (home) => {
      const { from, known } = invocation.options;
      if (typeof known === 'string' && !isSha256(known)) {
        throw usageError(
          `${known} is not a transaction`,
          'take a whole id from: datum log --format json',
        );
      }
      const branch = await home.log.branches.create(invocation.args[0] ?? '', {
        ...given('from', from),
        ...given('known', known),
      });
      await home.commit(`branch: create ${branch.name}`);
      return { data: branchData(branch), text: `${branch.name} is open` };
    }),
});
