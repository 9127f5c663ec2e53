import { defineCommand } from '../../command.ts';
import { showGoal } from './goal-command.ts';
import { goalReport } from './goal-text.ts';
import { goalOption } from './open-goal.ts';

/** `datum goal status` */
export const command = defineCommand({
  summary: 'The goal with its sub-goals and its pace',
  about: 'Takes in what was edited by hand in goal.md, and shows where the goal stands.',
  arguments: [{ name: '<agent>', about: 'the agent' }],
  options: [goalOption],
  examples: ['datum goal status harbor'],
  run: (invocation) => showGoal(invocation, goalReport),
});
