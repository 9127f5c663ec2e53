import { paceOf } from '../../../work/index.ts';
import { defineCommand } from '../../command.ts';
import { writeHome } from '../../session.ts';
import { goalData, subGoalLine } from './goal-text.ts';
import { goalOption, openGoal } from './open-goal.ts';

/** `datum goal report` */
export const command = defineCommand({
  summary: 'A goal as text to send to somebody',
  arguments: [{ name: '<agent>', about: 'the agent' }],
  options: [goalOption],
  examples: ['datum goal report harbor'],
  run: (invocation) =>
    writeHome(invocation, async (home) => {
      const [agent = ''] = invocation.args;
      const file = await openGoal(home, agent, invocation.options['goal']);
      const goal = await file.need();
      await home.commit('goal: taken in');
      const late = goal.subGoals.filter(
        ({ status, deadline }) =>
          deadline !== undefined &&
          deadline < file.today &&
          !/complete|abandoned|skipped/.test(status),
      );
      const lines = [
        `# ${goal.intent}`,
        '',
        `${file.today}, priority ${goal.priority}, pace ${paceOf(goal, file.today) ?? 'without a deadline'}`,
        '',
        'Success criteria:',
        ...goal.successCriteria.map((each) => `- ${each}`),
        '',
        ...goal.subGoals.map((each) => `- ${subGoalLine(each)}`),
        ...(late.length === 0 ? [] : ['', `Overdue: ${late.map(({ id }) => id).join(', ')}`]),
      ];
      return { data: goalData(goal, file.today), text: lines.join('\n') };
    }),
});
