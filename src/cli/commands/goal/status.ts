import { defineCommand } from '../../command.ts';
import { writeHome } from '../../session.ts';
import { goalData, goalText } from './goal-text.ts';
import { goalOption, openGoal } from './open-goal.ts';

/** `datum goal status` */
export const command = defineCommand({
  summary: 'The goal with its sub-goals and its pace',
  about: 'Takes in what was edited by hand in goal.md, and shows where the goal stands.',
  arguments: [{ name: '<agent>', about: 'the agent' }],
  options: [goalOption],
  examples: ['datum goal status harbor'],
  run: (invocation) =>
    writeHome(invocation, async (home) => {
      const [agent = ''] = invocation.args;
      const file = await openGoal(home, agent, invocation.options['goal']);
      const goal = await file.need();
      await home.commit('goal: taken in');
      return { data: goalData(goal, file.today), text: goalText(goal, file.today) };
    }),
});
