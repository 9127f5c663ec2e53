import { type Group, lazy } from '../../entry.ts';

/** `datum eval <agent>` alone runs the cases. */
export const evaluation: Group = {
  name: 'eval',
  summary: 'Measure an agent by its golden cases',
  bare: lazy('eval', 'Run the cases', () => import('./run.ts')),
  commands: [
    lazy(
      'rates',
      'How recorded results came out: pass and hard-fail rates',
      () => import('./rates.ts'),
    ),
  ],
};
