import { type Group, lazy } from '../../entry.ts';

/** `datum goal …` */
export const goal: Group = {
  name: 'goal',
  summary: 'What an agent is working towards',
  commands: [
    lazy('status', 'The goal with its sub-goals and its pace', () => import('./status.ts')),
    lazy('next', 'The sub-goal to work on next', () => import('./next.ts')),
    lazy('add', 'Add a sub-goal', () => import('./add.ts')),
    lazy('advance', 'Begin a sub-goal, or complete it', () => import('./advance.ts')),
    lazy('block', 'Say what a sub-goal waits for', () => import('./block.ts')),
    lazy('abandon', 'Give up a sub-goal, or the whole goal', () => import('./abandon.ts')),
    lazy('complete', 'Put a goal away whose sub-goals are done', () => import('./complete.ts')),
    lazy('report', 'A goal as text to send to somebody', () => import('./report.ts')),
    lazy(
      'dispatch-outcome',
      'Work on a sub-goal until a judge is satisfied',
      () => import('./dispatch-outcome.ts'),
    ),
  ],
};
