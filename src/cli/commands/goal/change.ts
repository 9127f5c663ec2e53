import type { FileGoal, Goal } from '../../../work/index.ts';
import type { Invocation, Report } from '../../command.ts';
import { writeHome } from '../../session.ts';
import { goalData, goalText } from './goal-text.ts';
import { openGoal } from './open-goal.ts';

/** Changes the goal a command is about, commits, and shows it. */
export const changeGoal = (
  invocation: Invocation,
  change: (goal: FileGoal) => Promise<Goal>,
): Promise<Report> =>
  writeHome(invocation, async (home) => {
    const [agent = '', subGoal = ''] = invocation.args;
    const file = await openGoal(home, agent, invocation.options['goal']);
    const goal = await change(file);
    await home.commit(`goal: ${subGoal}`);
    return { data: goalData(goal, file.today), text: goalText(goal, file.today) };
  });
