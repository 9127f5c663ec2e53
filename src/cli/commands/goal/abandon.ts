import { defineCommand } from '../../command.ts';
import { usageError } from '../../error.ts';
import { writeHome } from '../../session.ts';
import { goalData, goalText } from './goal-text.ts';
import { goalOption, openGoal, optional } from './open-goal.ts';

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
  run: (invocation) =>
    writeHome(invocation, async (home) => {
      const [agent = '', subGoal] = invocation.args;
      const reason = optional(invocation.options['reason']);
      if (reason === undefined) throw usageError('a reason is missing', 'say why: --reason "…"');
      const file = await openGoal(home, agent, invocation.options['goal']);
      if (subGoal === undefined) {
        const path = await file.archive(reason, 'open');
        await home.commit('goal: abandoned');
        return { data: { archived: path, reason }, text: `abandoned, kept in ${path}` };
      }
      const goal = await file.transition({ subGoal, to: 'abandoned', reason, day: file.today });
      await home.commit(`goal: ${subGoal}`);
      return { data: goalData(goal, file.today), text: goalText(goal, file.today) };
    }),
});
