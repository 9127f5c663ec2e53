import { type Group, lazy } from '../../entry.ts';

export const journal: Group = {
  name: 'journal',
  summary: 'The work journal',
  commands: [
    lazy('add', 'Add an entry to the journal', () => import('./add.ts')),
    lazy('search', 'Entries that hold a text', () => import('./search.ts')),
    lazy('recent', 'The newest entries', () => import('./recent.ts')),
    lazy('export', 'All entries as JSON lines', () => import('./export.ts')),
  ],
};
