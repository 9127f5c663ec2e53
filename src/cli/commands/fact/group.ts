import { type Group, lazy } from '../../entry.ts';

export const fact: Group = {
  name: 'fact',
  summary: 'State what holds, or no longer holds',
  commands: [
    lazy('assert', 'State that something holds', () => import('./assert.ts')),
    lazy('retract', 'State that something no longer holds', () => import('./retract.ts')),
  ],
};
