import { nextOf } from '../../../work/index.ts';
import { defineCommand } from '../../command.ts';
import { exitCode } from '../../exit-code.ts';
import { showGoal } from './goal-command.ts';
import { subGoalLine } from './goal-text.ts';
import { goalOption } from './open-goal.ts';

/** `datum goal next` */
export const command = defineCommand({
  summary: 'The sub-goal to work on next',
  about: 'The first pending sub-goal that waits for nothing; exit 1 when there is none.',
  arguments: [{ name: '<agent>', about: 'the agent' }],
  options: [goalOption],
  examples: ['datum goal next harbor'],
  run: (invocation) =>
    showGoal(invocation, (goal) => {
      const next = nextOf(goal);
      if (next === undefined) {
        return { data: null, text: 'nothing is to be done next', exit: exitCode.failed };
      }
      return { data: { ...next }, text: subGoalLine(next) };
    }),
});
