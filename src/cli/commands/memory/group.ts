import { type Group, lazy } from '../../entry.ts';

/** `datum memory …` */
export const memory: Group = {
  name: 'memory',
  summary: 'What an agent remembers',
  commands: [
    lazy('list', 'The notes of an agent', () => import('./list.ts')),
    lazy('show', 'A note as it is, or as it was known', () => import('./show.ts')),
    lazy('history', 'Every version of a note', () => import('./history.ts')),
    lazy('search', 'Full-text search over what an agent remembers', () => import('./search.ts')),
    lazy('lint', 'What a person should look at', () => import('./lint.ts')),
    lazy('promote', 'Mark a note as taken into the persona', () => import('./promote.ts')),
    lazy('redact', 'Replace the body of a kept version', () => import('./redact.ts')),
  ],
};
