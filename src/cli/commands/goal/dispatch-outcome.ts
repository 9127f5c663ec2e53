import { dispatchOutcome } from '../../../agent/index.ts';
import { defineCommand } from '../../command.ts';
import { writeHome } from '../../session.ts';
import { outcomeOptions, outcomeReport, outcomeRequest } from '../outcome/outcome-options.ts';
import { goalOf, goalOption } from './open-goal.ts';

/** `datum goal dispatch-outcome` */
export const command = defineCommand({
  summary: 'Work on a sub-goal until a judge is satisfied',
  about:
    'Begins the sub-goal, or the one that is under way or next, and drafts until a judge is satisfied by ' +
    'its acceptance criteria or by --rubric. Satisfied completes it, a failure blocks it (exit 1), a cap ' +
    'that says no leaves it in progress (exit 3). Exit 4 when somebody else moved it meanwhile.',
  arguments: [
    { name: '<agent>', about: 'the agent' },
    { name: '[sub-goal]', about: 'its id' },
  ],
  options: [goalOption, ...outcomeOptions],
  examples: ['datum goal dispatch-outcome harbor ch5_check --rubric rubric.md'],
  run: (invocation) =>
    writeHome(invocation, async (home) => {
      const [named = '', subGoal] = invocation.args;
      const agent = await home.agent(named).called();
      const { signal } = invocation.world;
      const options = { signal, onStep: invocation.terminal.progress };
      const goal = await goalOf(home, invocation);
      const request = {
        agent,
        ...outcomeRequest(invocation),
        ...(subGoal === undefined ? {} : { subGoal }),
      };
      try {
        const world = await home.agent(agent).world();
        return outcomeReport(await dispatchOutcome(world, goal, { request, options }), signal);
      } finally {
        await home.commit(`goal: ${subGoal ?? 'dispatched'}`);
      }
    }),
});
