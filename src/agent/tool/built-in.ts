import { helperTools } from '../helper/helper-tools.ts';
import { codeTool } from '../sandbox/code-tool.ts';
import { processTools } from '../sandbox/process-setting.ts';
import type { LoadedRun } from '../stage/load.ts';
import { pathOrigin } from './allowed-paths.ts';
import { fileTools } from './file-tools.ts';
import { fluxTools } from './flux-tools.ts';
import { memoryTools } from './memory-tools.ts';
import { skillTools } from './skill-tools.ts';
import type { Tool } from './tool.ts';
import { trustedPaths } from './trusted-paths.ts';

/** The tools every agent has. */
export function builtInTools(run: LoadedRun): readonly Tool[] {
  const { world, snapshot, source, identity } = run;
  const { agent } = identity.request;
  const origin = pathOrigin(run);
  const { allowed } = trustedPaths(run);
  return [
    ...fileTools({ world, origin, allowed, by: `agent:${agent}`, run: identity.id }),
    ...memoryTools(run),
    ...skillTools(snapshot, source.skills),
    ...fluxTools,
    codeTool(world.timer),
    ...processTools(run),
    ...helperTools,
  ];
}
