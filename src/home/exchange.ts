import type { TakeIn } from '../fact/index.ts';
import type { ReconcileReport } from '../folder/index.ts';
import type { Merge, Repository } from '../git/index.ts';
import { HomeError } from './error.ts';
import { printGenerated } from './handoff.ts';
import { authorOf, type Home, openHome } from './home.ts';
import type { Machine } from './machine.ts';

export interface PullReport {
  readonly merge: Merge['kind'];
  readonly tookIn: TakeIn;
  readonly reconciled: ReconcileReport;
  readonly commit: string | undefined;
}

/**
 * Takes in the work of another clone: commits what is here, fetches, merges, takes in facts, prints
 * generated files. Throws `home/pull-conflict` (busy) when both sides changed the same document.
 */
export async function pull(root: string, machine: Machine): Promise<PullReport> {
  const merge = await withSettled(root, machine, async (repository, home) => {
    const { remote, ref } = await requireUpstream(repository);
    await repository.fetch(remote);
    const merged = await repository.merge(ref, authorOf(home.settings));
    // Git could not go back out of the merge once datum has written into these again.
    if (merged.kind === 'conflict') await repository.untrack(OF_ONE_COPY);
    return merged;
  });
  if (merge.kind === 'conflict') throw documentConflict(merge.paths);
  const home = await openHome(root, { machine });
  try {
    const { tookIn } = home.log;
    const reconciled = await home.reconcile();
    await printGenerated(home);
    const commit = await home.commit('pull: take in the work of others', 'session');
    return { merge: merge.kind, tookIn, reconciled, commit };
  } finally {
    await home.close();
  }
}

/** What belongs to one working copy; somebody may have committed it all the same. */
const DATABASES = ['local.sqlite', 'local-marks.sqlite'];
const OF_ONE_COPY = [
  'local',
  'local-now',
  ...DATABASES.flatMap((name) => [name, `${name}-shm`, `${name}-wal`]),
].map((name) => `.datum/${name}`);

/** Commits what is here and pushes it to where the home came from, or to its only remote. */
export async function push(root: string, machine: Machine): Promise<{ readonly remote: string }> {
  return withSettled(root, machine, async (repository) => {
    const [remote] = await repository.remotes();
    if (remote === undefined) throw noRemote();
    const branch = (await repository.branch()) ?? 'main';
    await repository.push(remote, `HEAD:refs/heads/${branch}`);
    return { remote };
  });
}

/** Works with git after everything that is in the files has become facts and a commit. */
async function withSettled<Result>(
  root: string,
  machine: Machine,
  work: (repository: Repository, home: Home) => Promise<Result>,
): Promise<Result> {
  const home = await openHome(root, { machine });
  try {
    await home.reconcile();
    await home.commit('datum: what was written by hand', 'session');
    const result = await home.git((repository) => work(repository, home));
    if (result === undefined) throw noRepository(root);
    return result;
  } finally {
    await home.close();
  }
}

async function requireUpstream(
  repository: Repository,
): Promise<{ readonly remote: string; readonly ref: string }> {
  const upstream = await repository.upstream();
  const [remote] = await repository.remotes();
  if (upstream !== undefined) return { remote: upstream.split('/')[0] ?? '', ref: upstream };
  if (remote === undefined) throw noRemote();
  return { remote, ref: `${remote}/${(await repository.branch()) ?? 'main'}` };
}

const noRemote = (): HomeError =>
  new HomeError({
    code: 'home/no-remote',
    kind: 'usage',
    message: 'this home knows no other repository',
    hint: 'name one with: git remote add origin <url>',
  });

const noRepository = (root: string): HomeError =>
  new HomeError({
    code: 'home/no-repository',
    kind: 'usage',
    message: `${root} is not the top of a git repository`,
    hint: 'make it one with: datum boot',
  });

const documentConflict = (paths: readonly string[]): HomeError =>
  new HomeError({
    code: 'home/pull-conflict',
    kind: 'busy',
    message: `both sides changed ${paths.join(', ')}`,
    hint: 'edit the files, then: git add <file> && git commit --no-edit && datum boot; or go back with: git merge --abort && datum accept-rollback',
    data: { paths },
  });
