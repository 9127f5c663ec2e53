import { basename, join } from 'node:path';
import type { Disk } from '../base/index.ts';
import { parseAgentConfig, personaName } from '../folder/index.ts';

/** A folder that one of the original systems made (datum §1, atomic-runtime §1). */
export interface ForeignFolder {
  /** `agent`: one agent's folder; `vault`: a folder of them; `workshop`: a datum workshop. */
  readonly kind: 'agent' | 'vault' | 'workshop';
  /** The agent whose home it is; `undefined` for a vault of several. */
  readonly agent: string | undefined;
}

/** What a folder is by the files that only the originals write; `undefined` for any other folder. */
export function foreignFolder(root: string, disk: Disk): ForeignFolder | undefined {
  if (disk.exists(join(root, 'model.md'))) {
    return { kind: 'agent', agent: asName(personaName(root, disk) ?? basename(root)) };
  }
  const config = join(root, '.superagent', 'agent.toml');
  if (disk.exists(join(root, '.superagent'))) {
    return { kind: 'workshop', agent: disk.exists(config) ? nameIn(config, disk) : undefined };
  }
  const agents = [root, join(root, 'agents')].flatMap((folder) => agentsIn(folder, disk));
  if (agents.length === 0) return undefined;
  return { kind: 'vault', agent: agents.length === 1 ? asName(agents[0] ?? '') : undefined };
}

function agentsIn(folder: string, disk: Disk): readonly string[] {
  if (!disk.exists(folder) || !disk.lstat(folder).isDirectory()) return [];
  return disk.list(folder).filter((name) => disk.exists(join(folder, name, 'model.md')));
}

/** A configuration that does not parse names nobody; `datum verify` says what is wrong with it. */
function nameIn(config: string, disk: Disk): string | undefined {
  try {
    return asName(parseAgentConfig(disk.readFile(config), config).name);
  } catch {
    return undefined;
  }
}

/** True for a name that an agent may have. */
export const isAgentName = (name: string): boolean => /^[a-z0-9][a-z0-9_-]{0,63}$/i.test(name);

const asName = (name: string): string | undefined => (isAgentName(name) ? name : undefined);
