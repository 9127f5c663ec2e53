import type { FileGoal, Goal } from '../../../work/index.ts';
import type { Invocation, Report } from '../../command.ts';
import { writeHome } from '../../session.ts';
import { goalReport } from './goal-text.ts';
import { goalOf } from './open-goal.ts';

/** Changes the goal a command is about, commits, and shows it. */
export const changeGoal = (
  invocation: Invocation,
  change: (goal: FileGoal) => Promise<Goal>,
): Promise<Report> =>
  writeHome(invocation, async (home) => {
    const [, subGoal = ''] = invocation.args;
    const file = await goalOf(home, invocation);
    const goal = await change(file);
    await home.commit(`goal: ${subGoal}`);
    return goalReport(goal, file.today);
  });

/** Shows the goal a command is about, once what was edited by hand is taken in. */
export const showGoal = (
  invocation: Invocation,
  show: (goal: Goal, today: string) => Report,
): Promise<Report> =>
  writeHome(invocation, async (home) => {
    const file = await goalOf(home, invocation);
    const goal = await file.need();
    await home.commit('goal: taken in');
    return show(goal, file.today);
  });

/** Puts the goal a command is about into goal_archive/, and commits. */
export const putGoalAway = (
  invocation: Invocation,
  { reason, as }: { readonly reason: string; readonly as: 'completed' | 'abandoned' },
): Promise<Report> =>
  writeHome(invocation, async (home) => {
    const file = await goalOf(home, invocation);
    const path = await file.archive(reason, as === 'completed' ? 'reached' : 'open');
    await home.commit(`goal: ${as}`);
    return { data: { archived: path, reason }, text: `${as}, kept in ${path}` };
  });
