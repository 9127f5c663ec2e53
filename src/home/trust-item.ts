import type { ProgramTrust } from '../agent/index.ts';
import type { Disk, Random, Sha256 } from '../base/index.ts';
import type { Log } from '../fact/index.ts';
import type { Cap } from '../guard/index.ts';
import type { Settings } from './settings.ts';

/** Something of the folder that could run here, with the hash of what it is now. */
export interface TrustItem {
  /** Relative to the home. */
  readonly path: string;
  readonly hash: Sha256;
  readonly trust: ProgramTrust;
  /** What trusting it allows, or why it cannot run. */
  readonly about: string;
  /** Set on caps: whose they are. */
  readonly caps?: { readonly holder: string; readonly stated: readonly Cap[] };
}

/** What of a home its trust is read from. */
export interface TrustHost {
  readonly log: Log;
  readonly settings?: Pick<Settings, 'fleetCaps'>;
  readonly folder: { readonly root: string };
  readonly machine: {
    readonly disk: Disk;
    readonly random: Random;
    readonly env: Readonly<Record<string, string | undefined>>;
  };
}

/** An agent of the home that is looked through. */
export interface AgentFolder {
  readonly name: string;
  /** Empty text for an agent that is the home itself. */
  readonly folder: string;
}
