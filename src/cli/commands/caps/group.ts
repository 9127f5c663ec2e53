import { type Group, lazy } from '../../entry.ts';

/** `datum caps …` */
export const caps: Group = {
  name: 'caps',
  summary: 'What agents may spend, and which working copy spends it',
  commands: [
    lazy('list', 'The caps of an agent with what stands on them', () => import('./list.ts')),
    lazy('take-over', 'Spend under these caps here from now on', () => import('./take-over.ts')),
  ],
};
