import { defineCommand } from '../../command.ts';
import { writeHome } from '../../session.ts';
import { goalOption, openGoal, optional } from './open-goal.ts';

/** `datum goal complete` */
export const command = defineCommand({
  summary: 'Put a goal away whose sub-goals are done',
  about:
    'Moves goal.md into goal_archive/. Whether the success criteria hold is for you to judge; that no ' +
    'sub-goal is left open is checked.',
  arguments: [{ name: '<agent>', about: 'the agent' }],
  options: [
    goalOption,
    { flags: '--reason <text>', about: 'what is written beside it (completed)' },
  ],
  examples: ['datum goal complete harbor'],
  run: (invocation) =>
    writeHome(invocation, async (home) => {
      const [agent = ''] = invocation.args;
      const file = await openGoal(home, agent, invocation.options['goal']);
      const reason = optional(invocation.options['reason']) ?? 'completed';
      const path = await file.archive(reason, 'reached');
      await home.commit('goal: completed');
      return { data: { archived: path, reason }, text: `completed, kept in ${path}` };
    }),
});
