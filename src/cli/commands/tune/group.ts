import { type Group, lazy } from '../../entry.ts';

/** `datum tune …` */
export const tune: Group = {
  name: 'tune',
  summary: 'Proposals drawn from how an agent was judged',
  commands: [
    lazy('propose', 'Look for what recurs; write proposals', () => import('./propose.ts')),
    lazy('list', 'Proposals and what was decided', () => import('./list.ts')),
    lazy('decide', 'Accept, reject or defer a proposal', () => import('./decide.ts')),
    lazy('apply', 'Carry out what was accepted, once', () => import('./apply.ts')),
  ],
};
