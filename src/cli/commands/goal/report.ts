import { paceOf } from '../../../work/index.ts';
import { defineCommand } from '../../command.ts';
import { showGoal } from './goal-command.ts';
import { goalData, subGoalLine } from './goal-text.ts';
import { goalOption } from './open-goal.ts';

/** `datum goal report` */
export const command = defineCommand({
  summary: 'A goal as text to send to somebody',
  arguments: [{ name: '<agent>', about: 'the agent' }],
  options: [goalOption],
  examples: ['datum goal report harbor'],
  run: (invocation) =>
    showGoal(invocation, (goal, today) => {
      const late = goal.subGoals.filter(
        ({ status, deadline }) =>
          deadline !== undefined && deadline < today && !/complete|abandoned|skipped/.test(status),
      );
      const lines = [
        `# ${goal.intent}`,
        '',
        `${today}, priority ${goal.priority}, pace ${paceOf(goal, today) ?? 'without a deadline'}`,
        '',
        'Success criteria:',
        ...goal.successCriteria.map((each) => `- ${each}`),
        '',
        ...goal.subGoals.map((each) => `- ${subGoalLine(each)}`),
        ...(late.length === 0 ? [] : ['', `Overdue: ${late.map(({ id }) => id).join(', ')}`]),
      ];
      return { data: goalData(goal, today), text: lines.join('\n') };
    }),
});
