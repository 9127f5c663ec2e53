import type { Sha256 } from '../../base/index.ts';
import { FolderError, processSetting } from '../../folder/index.ts';
import type { FileWorld } from '../program/plain-file.ts';
import { readModelOf } from '../prompt/prompt-source.ts';
import type { AgentSnapshot } from '../prompt/snapshot.ts';
import { readToolsOf } from '../prompt/tools-of.ts';
import { UNSANDBOXED } from '../sandbox/process-setting.ts';
import { alertsItem, isAddress } from '../stage/send-alerts.ts';
import { allowedPaths, originOf } from './allowed-paths.ts';
import { outsidePaths } from './trusted-paths.ts';

/** Something a tools.md or model.md claims that holds only where a machine trusts it. */
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
  const alerts = await alertSettings(snapshot);
  if (processSetting(file) !== 'unsandboxed') return [...paths, ...alerts];
  const path = UNSANDBOXED.name(snapshot.inHome('tools.md'));
  const about = `lets ${agent} run any program, without a sandbox where none works`;
  return [...paths, ...alerts, { path, hash: UNSANDBOXED.hash, about }];
}

/** The address that model.md sends alerts to. */
async function alertSettings(snapshot: AgentSnapshot): Promise<readonly TrustableSetting[]> {
  try {
    const { alertChannel } = (await readModelOf(snapshot)).guardrails;
    if (!isAddress(alertChannel)) return [];
    const { name, hash } = alertsItem(alertChannel);
    return [{ path: name, hash, about: `sends what ${snapshot.agent} spends there` }];
  } catch (error) {
    // A model.md that cannot be read stops each run, and its message names the line.
    if (error instanceof FolderError) return [];
    throw error;
  }
}
