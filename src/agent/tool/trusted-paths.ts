import { hashOf, type Sha256 } from '../../base/index.ts';
import type { FileWorld } from '../program/plain-file.ts';
import type { LeftOut } from '../program/program.ts';
import { distrust } from '../program/program-tools.ts';
import type { RunIdentity } from '../run-state.ts';
import type { LoadedRun } from '../stage/load.ts';
import { type AllowedPaths, allowedPaths, isUnder, pathOrigin } from './allowed-paths.ts';
import { RealPaths } from './real-paths.ts';

/** A folder or file outside the home that a tools.md lets an agent read or write. */
export interface OutsidePath {
  /** What a machine trusts it by: `read /home/ada/manuscript`. */
  readonly name: string;
  readonly hash: Sha256;
  readonly doing: 'read' | 'write';
  readonly path: string;
}

/** The paths that really lie outside the home, links followed, as far as there is something; several may lead to one place. */
export const outsidePaths = (
  allowed: AllowedPaths,
  { root, disk }: FileWorld,
): readonly OutsidePath[] => outsideOf(allowed, root, new RealPaths(disk));

function outsideOf(
  { read, write }: AllowedPaths,
  root: string,
  reals: RealPaths,
): readonly OutsidePath[] {
  const outside = (paths: readonly string[], doing: OutsidePath['doing']) =>
    paths
      .filter((path) => reals.exists(path) && !isInHome(path, root, reals))
      .map((path) => {
        const real = reals.of(path);
        return { name: `${doing} ${real}`, hash: hashOf({ doing, path: real }), doing, path };
      });
  return [...outside(write, 'write'), ...outside(read, 'read')];
}

const isInHome = (path: string, root: string, reals: RealPaths): boolean =>
  isUnder(reals.of(path), [reals.of(root)]);

/**
 * The paths of tools.md that hold on this machine: a file of the folder says what an agent may do in
 * the folder, but beyond it only as far as this machine trusted the very path.
 */
export function trustedPaths(run: LoadedRun): TrustedPaths {
  const known = ofRun.get(run.identity) ?? findPaths(run);
  ofRun.set(run.identity, known);
  return known;
}

interface TrustedPaths {
  readonly allowed: AllowedPaths;
  readonly leftOut: readonly LeftOut[];
}

/** A run is given its paths once; links are followed again at each use of one. */
const ofRun = new WeakMap<RunIdentity, TrustedPaths>();

function findPaths(run: LoadedRun): TrustedPaths {
  const { folder, disk, programs } = run.world;
  const reals = new RealPaths(disk);
  const allowed = allowedPaths(run.source.tools, pathOrigin(run));
  const distrusted = outsideOf(allowed, folder.root, reals).flatMap((outside) => {
    const trust = programs?.trust(outside.name, outside.hash) ?? 'unknown';
    return trust === 'trusted' ? [] : [{ ...outside, trust }];
  });
  const leadsNowhere = (path: string): boolean => !reals.leads(path);
  const nowhere = [
    ...allowed.write.filter(leadsNowhere).map((path) => `write ${path}`),
    ...allowed.read.filter(leadsNowhere).map((path) => `read ${path}`),
  ];
  const isRefused = (path: string, doing: OutsidePath['doing']): boolean =>
    leadsNowhere(path) ||
    distrusted.some((each) => each.path === path && each.doing === doing) ||
    (!reals.exists(path) && !isInHome(path, folder.root, reals));
  return {
    allowed: {
      ...allowed,
      read: allowed.read.filter((path) => !isRefused(path, 'read')),
      write: allowed.write.filter((path) => !isRefused(path, 'write')),
    },
    leftOut: [
      ...nowhere.map((name) => ({ name, reason: 'a link on the way leads nowhere' })),
      ...[...new Map(distrusted.map((each) => [each.name, each])).values()].map(
        ({ name, trust }) => ({ name, reason: distrust(name, trust) }),
      ),
    ],
  };
}
