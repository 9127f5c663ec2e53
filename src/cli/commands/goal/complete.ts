import { defineCommand } from '../../command.ts';
import { givenText } from '../../given.ts';
import { putGoalAway } from './goal-command.ts';
import { goalOption } from './open-goal.ts';

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
  run: (invocation) => {
    const reason = givenText(invocation.options['reason']) ?? 'completed';
    return putGoalAway(invocation, { reason, as: 'completed' });
  },
});
