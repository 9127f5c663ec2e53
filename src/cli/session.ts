import { DatumError } from '../base/index.ts';
import { type Home, locateHome, openHome } from '../home/index.ts';
import type { Invocation } from './command.ts';
import { takeInLines } from './commands/take-in-report.ts';

type Work<Result> = (home: Home) => Promise<Result>;

/**
 * Opens the home a command reads, takes in what was edited by hand, and closes it whatever happens.
 * While git is in the middle of a merge it is read as the log has it.
 */
export const readHome = <Result>(invocation: Invocation, work: Work<Result>): Promise<Result> =>
  withHome(invocation, async (home) => {
    if (!invocation.global.readOnly) await reconcileUnlessMerging(home, invocation);
    return work(home);
  });

/** Opens the home a command writes to; refused (exit 4) while git is in the middle of a merge. */
export const writeHome = <Result>(invocation: Invocation, work: Work<Result>): Promise<Result> =>
  withHome(invocation, async (home) => {
    await home.reconcile();
    return work(home);
  });

async function withHome<Result>(
  { global, world, terminal }: Invocation,
  work: Work<Result>,
): Promise<Result> {
  const root = locateHome({ disk: world.disk, cwd: world.cwd, home: global.home });
  const home = await openHome(root, { machine: world, readOnly: global.readOnly });
  try {
    for (const line of takeInLines(home.log.tookIn)) terminal.note(line);
    return await work(home);
  } finally {
    await home.close();
  }
}

async function reconcileUnlessMerging(home: Home, { terminal }: Invocation): Promise<void> {
  try {
    const { changed, entries, finished } = await home.reconcile();
    const isNew = changed.length + entries.length + finished.length > 0;
    if (isNew) await home.commit('datum: what was written by hand');
  } catch (error) {
    if (!(error instanceof DatumError) || error.kind !== 'busy') throw error;
    terminal.note(`${error.message}; shown as the log has it`);
  }
}
