import { defineCommand } from '../../command.ts';
import { given } from '../../given.ts';
import { changeGoal } from './goal-command.ts';
import { goalOption } from './open-goal.ts';

/** `datum goal advance` */
export const command = defineCommand({
  summary: 'Begin a sub-goal, or complete it',
  about:
    'Moves a sub-goal to in_progress, or with --complete to complete, which also frees those that ' +
    'waited for it. Exit 4 when somebody else changed it meanwhile.',
  arguments: [
    { name: '<agent>', about: 'the agent' },
    { name: '<sub-goal>', about: 'its id' },
  ],
  options: [
    goalOption,
    { flags: '--complete', about: 'it is reached' },
    { flags: '--assigned <who>', about: 'a role, or self' },
    { flags: '--output <text>', about: 'what came of it, such as a file' },
  ],
  examples: [
    'datum goal advance harbor ch5_check',
    'datum goal advance harbor ch4_check --complete --output output/ch4_citations.md',
  ],
  run: (invocation) =>
    changeGoal(invocation, (goal) => {
      const [, subGoal = ''] = invocation.args;
      const { options } = invocation;
      return goal.transition({
        subGoal,
        to: options['complete'] === true ? 'complete' : 'in_progress',
        day: goal.today,
        ...given('assigned', options['assigned']),
        ...given('output', options['output']),
      });
    }),
});
