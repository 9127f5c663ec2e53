import { join } from 'node:path';
import { helperTools } from '../helper/helper-tools.ts';
import type { LoadedRun } from '../stage/load.ts';
import { allowedPaths } from './allowed-paths.ts';
import { fileTools } from './file-tools.ts';
import { fluxTools } from './flux-tools.ts';
import { memoryTools } from './memory-tools.ts';
import { skillTools } from './skill-tools.ts';
import type { Tool } from './tool.ts';

/** The tools every agent has. */
export function builtInTools({ world, snapshot, source, identity }: LoadedRun): readonly Tool[] {
  const { agent } = identity.request;
  const folder = join(world.folder.root, snapshot.path);
  const origin = { agent, folder, homeFolder: world.homeFolder };
  const allowed = allowedPaths(source.tools, origin);
  return [
    ...fileTools({ world, origin, allowed, by: `agent:${agent}`, run: identity.id }),
    ...memoryTools(world.log, agent),
    ...skillTools(snapshot, source.skills),
    ...fluxTools,
    ...helperTools,
  ];
}
