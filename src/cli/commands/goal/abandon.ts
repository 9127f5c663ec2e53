import { defineCommand } from '../../command.ts';
import { usageError } from '../../error.ts';
import { givenText } from '../../given.ts';
import { changeGoal, putGoalAway } from './goal-command.ts';
import { goalOption } from './open-goal.ts';

/** `datum goal abandon` */
export const command = defineCommand({
  summary: 'Give up a sub-goal, or the whole goal',
  about: 'With a sub-goal, that one; without, the goal is put away into goal_archive/.',
  arguments: [
    { name: '<agent>', about: 'the agent' },
    { name: '[sub-goal]', about: 'its id' },
  ],
  options: [goalOption, { flags: '--reason <text>', about: 'why' }],
  examples: ['datum goal abandon harbor ch5_check --reason "chapter 5 was cut"'],
  run: async (invocation) => {
    const [, subGoal] = invocation.args;
    const reason = givenText(invocation.options['reason']);
    if (reason === undefined) throw usageError('a reason is missing', 'say why: --reason "…"');
    if (subGoal === undefined) return putGoalAway(invocation, { reason, as: 'abandoned' });
    return changeGoal(invocation, (goal) =>
      goal.transition({ subGoal, to: 'abandoned', reason, day: goal.today }),
    );
  },
});
