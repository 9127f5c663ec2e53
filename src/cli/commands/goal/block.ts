import { defineCommand } from '../../command.ts';
import { changeGoal } from './change.ts';
import { goalOption, optional } from './open-goal.ts';

/** `datum goal block` */
export const command = defineCommand({
  summary: 'Say what a sub-goal waits for',
  about: 'It is pending again when the sub-goal it waits for is complete.',
  arguments: [
    { name: '<agent>', about: 'the agent' },
    { name: '<sub-goal>', about: 'its id' },
  ],
  options: [goalOption, { flags: '--by <id>', about: 'the sub-goal it waits for' }],
  examples: ['datum goal block harbor ch5_check --by ch4_check'],
  run: (invocation) =>
    changeGoal(invocation, (goal) => {
      const [, subGoal = ''] = invocation.args;
      const blockedBy = optional(invocation.options['by']);
      const of = { subGoal, to: 'blocked', day: goal.today } as const;
      return goal.transition(blockedBy === undefined ? of : { ...of, blockedBy });
    }),
});
