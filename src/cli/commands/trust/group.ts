import { type Group, lazy } from '../../entry.ts';

/** `datum trust` alone shows all of it. */
export const trust: Group = {
  name: 'trust',
  summary: 'Whose words count on this machine, and what may run',
  bare: lazy('trust', 'All of it', () => import('./overview.ts')),
  commands: [
    lazy('writers', 'Whose facts count here', () => import('./writers.ts')),
    lazy('tools', 'Which programs of the folder may run here', () => import('./tools.ts')),
  ],
};
