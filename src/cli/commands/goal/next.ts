import { nextOf } from '../../../work/index.ts';
import { defineCommand } from '../../command.ts';
import { exitCode } from '../../exit-code.ts';
import { writeHome } from '../../session.ts';
import { subGoalLine } from './goal-text.ts';
import { goalOption, openGoal } from './open-goal.ts';

/** `datum goal next` */
export const command = defineCommand({
  summary: 'The sub-goal to work on next',
  about: 'The first pending sub-goal that waits for nothing; exit 1 when there is none.',
  arguments: [{ name: '<agent>', about: 'the agent' }],
  options: [goalOption],
  examples: ['datum goal next harbor'],
  run: (invocation) =>
    writeHome(invocation, async (home) => {
      const [agent = ''] = invocation.args;
      const file = await openGoal(home, agent, invocation.options['goal']);
      const next = nextOf(await file.need());
      await home.commit('goal: taken in');
      if (next === undefined) {
        return { data: null, text: 'nothing is to be done next', exit: exitCode.failed };
      }
      return { data: { ...next }, text: subGoalLine(next) };
    }),
});
