import type { Sha256 } from '../../base/index.ts';
import { processSetting } from '../../folder/index.ts';
import type { FileWorld } from '../program/plain-file.ts';
import type { AgentSnapshot } from '../prompt/snapshot.ts';
import { readToolsOf } from '../prompt/tools-of.ts';
import { UNSANDBOXED } from '../sandbox/process-setting.ts';
import { allowedPaths, originOf } from './allowed-paths.ts';
import { outsidePaths } from './trusted-paths.ts';

/** Something a tools.md claims that holds only where a machine trusts it. */
export interface TrustableSetting {
  readonly path: string;
  readonly hash: Sha256;
  readonly about: string;
}

/** What the tools.md of an agent claims beyond the home: paths outside it, programs without a sandbox. */
export async function trustableSettings(
  snapshot: AgentSnapshot,
  { root, disk, homeFolder }: FileWorld & { readonly homeFolder: string },
): Promise<readonly TrustableSetting[]> {
  const { file } = await readToolsOf(snapshot);
  const { agent } = snapshot;
  const allowed = allowedPaths(file, originOf(snapshot, { root, homeFolder }));
  const paths = outsidePaths(allowed, { root, disk }).map(({ name, hash, doing }) => ({
    path: name,
    hash,
    about: `lets ${agent} ${doing} there, outside the home`,
  }));
  if (processSetting(file) !== 'unsandboxed') return paths;
  const path = UNSANDBOXED.name(snapshot.inHome('tools.md'));
  const about = `lets ${agent} run any program, without a sandbox where none works`;
  return [...paths, { path, hash: UNSANDBOXED.hash, about }];
}
