import { type Group, lazy } from '../../entry.ts';

export const keys: Group = {
  name: 'keys',
  summary: 'Keys of private values on this machine',
  commands: [
    lazy('export', 'Print them, to hand over', () => import('./export.ts')),
    lazy('import', 'Take over exported ones', () => import('./import.ts')),
  ],
};
