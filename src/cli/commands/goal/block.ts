import { defineCommand } from '../../command.ts';
import { usageError } from '../../error.ts';
import { given } from '../../given.ts';
import { changeGoal } from './goal-command.ts';
import { goalOption } from './open-goal.ts';

/** `datum goal block` */
export const command = defineCommand({
  summary: 'Say what a sub-goal waits for',
  about:
    'Another sub-goal, or something outside: then say what with --reason. It is pending again when the ' +
    'sub-goal it waits for is complete, or under way with datum goal advance.',
  arguments: [
    { name: '<agent>', about: 'the agent' },
    { name: '<sub-goal>', about: 'its id' },
  ],
  options: [
    goalOption,
    { flags: '--by <id>', about: 'the sub-goal it waits for' },
    { flags: '--reason <text>', about: 'what it waits for, for the history' },
  ],
  examples: [
    'datum goal block harbor ch5_check --by ch4_check',
    'datum goal block harbor ch5_check --reason "the archive is closed"',
  ],
  run: async (invocation) => {
    const { by, reason } = invocation.options;
    if (by === undefined && reason === undefined) {
      throw usageError('what it waits for is missing', 'say --by <sub-goal> or --reason "<text>"');
    }
    return changeGoal(invocation, (goal) => {
      const [, subGoal = ''] = invocation.args;
      return goal.transition({
        ...{ subGoal, to: 'blocked', day: goal.today },
        ...given('blockedBy', by),
        ...given('reason', reason),
      });
    });
  },
});
