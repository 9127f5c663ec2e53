import { defineCommand } from '../../command.ts';
import { given } from '../../given.ts';
import { changeGoal } from './goal-command.ts';
import { goalOption } from './open-goal.ts';

/** `datum goal add` */
export const command = defineCommand({
  summary: 'Add a sub-goal',
  arguments: [
    { name: '<agent>', about: 'the agent' },
    { name: '<id>', about: 'a short name for it' },
    { name: '<label>', about: 'what is to be reached' },
  ],
  options: [
    goalOption,
    { flags: '--blocked-by <id>', about: 'the sub-goal that must be complete before' },
    { flags: '--assigned <who>', about: 'a role, or self' },
    { flags: '--deadline <day>', about: 'YYYY-MM-DD' },
    { flags: '--criterion <text...>', about: 'when it is reached' },
  ],
  examples: ['datum goal add harbor ch6_check "Chapter 6 citations checked" --assigned self'],
  run: (invocation) =>
    changeGoal(invocation, (goal) => {
      const [, id = '', label = ''] = invocation.args;
      const { options } = invocation;
      const { criterion } = options;
      return goal.add({
        id,
        label,
        ...given('blockedBy', options['blockedBy']),
        ...given('assigned', options['assigned']),
        ...given('deadline', options['deadline']),
        ...(Array.isArray(criterion) ? { acceptanceCriteria: criterion.map(String) } : {}),
      });
    }),
});
