import { type Group, lazy } from '../../entry.ts';

/** `datum outcome …` */
export const outcome: Group = {
  name: 'outcome',
  summary: 'Work that a judge has to be satisfied with',
  commands: [
    lazy('run', 'Draft until a judge is satisfied', () => import('./run.ts')),
    lazy('resume', 'Go on with an outcome whose process died', () => import('./resume.ts')),
    lazy('list', 'The outcomes of an agent', () => import('./list.ts')),
    lazy('show', 'One outcome with its drafts', () => import('./show.ts')),
  ],
};
