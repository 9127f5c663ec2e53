import { type Group, lazy } from '../../entry.ts';

export const branch: Group = {
  name: 'branch',
  summary: 'Try changes to the facts beside the main line',
  commands: [
    lazy('list', 'Open branches', () => import('./list.ts')),
    lazy('create', 'Begin a branch; it copies nothing', () => import('./create.ts')),
    lazy('diff', 'What a branch would change', () => import('./diff.ts')),
    lazy('merge', 'Write what it changes to where it came from', () => import('./merge.ts')),
    lazy('delete', 'End a branch', () => import('./delete.ts')),
  ],
};
