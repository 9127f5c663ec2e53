import { type Group, lazy } from '../../entry.ts';

/** `datum research …` */
export const research: Group = {
  name: 'research',
  summary: 'Whether what an agent says is borne out',
  commands: [
    lazy('check', 'Citations that lead nowhere, claims without one', () => import('./check.ts')),
  ],
};
