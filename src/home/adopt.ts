import type { AgentFolder, ReconcileReport } from '../folder/index.ts';
import { HomeError } from './error.ts';
import { type ForeignFolder, foreignFolder } from './foreign.ts';
import { openHome } from './home.ts';
import { isHome } from './locate.ts';
import type { Machine } from './machine.ts';

export interface Adopted {
  readonly root: string;
  /** `home`: it had a log already. */
  readonly kind: ForeignFolder['kind'] | 'home';
  readonly agents: readonly AgentFolder[];
  readonly reconciled: ReconcileReport;
  /** `undefined` where the folder is no git repository, or nothing was new. */
  readonly commit: string | undefined;
}

/**
 * Opens a folder of the original systems as a home: every file is taken in as it is, one transaction
 * for each agent, and nothing but `.datum` is added. Throws `home/nothing-to-open` for other folders.
 */
export async function adopt(root: string, machine: Machine): Promise<Adopted> {
  const kind = isHome(root, machine.disk) ? 'home' : foreignFolder(root, machine.disk)?.kind;
  if (kind === undefined) {
    throw new HomeError({
      code: 'home/nothing-to-open',
      kind: 'usage',
      message: `${root} holds no agent and no workshop`,
      hint: 'an agent has a model.md and a workshop a .superagent folder; make a new home with: datum boot',
    });
  }
  const home = await openHome(root, { machine });
  try {
    const reconciled = await home.reconcile();
    const commit = await home.commit('datum: adopt this folder', 'session');
    return { root, kind, agents: home.folder.agents(), reconciled, commit };
  } finally {
    await home.close();
  }
}
