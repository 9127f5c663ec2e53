import type { Handler } from '../../effect/index.ts';
import { liveClock, liveHandler } from '../../effect/index.ts';
import { delegateTools } from '../delegate/delegate-tools.ts';
import { batchClauses } from '../helper/batch-reservation.ts';
import { helperClauses } from '../helper/live-helpers.ts';
import { serverTool } from '../mcp/server-tools.ts';
import { liveVectors } from '../memory/vectors.ts';
import { liveRecordKeeping } from '../operations.ts';
import type { LeftOut } from '../program/program.ts';
import { programTool, toolsOf } from '../program/program-tools.ts';
import type { RunOptions } from '../run-options.ts';
import { builtInTools } from '../tool/built-in.ts';
import { type ToolRegistry, toolRegistry } from '../tool/registry.ts';
import type { Tool } from '../tool/tool.ts';
import { trustedPaths } from '../tool/trusted-paths.ts';
import { discover, liveDiscovery, programHost, type RunServers } from './discover.ts';
import type { LoadedRun } from './load.ts';
import { liveRunHistory } from './recorded-cost.ts';
import { liveTurns } from './turns.ts';

/** What performs the effects of a run, but for the tools it has yet to find. */
export function liveRun(run: LoadedRun, servers: RunServers): readonly Handler[] {
  const { world, snapshot, identity } = run;
  const write = { by: `agent:${identity.request.agent}`, why: { run: identity.id } };
  return [
    ...world.live,
    liveClock(world.clock),
    liveRecordKeeping({ log: world.log, folder: world.folder, inHome: snapshot.inHome, write }),
    liveRunHistory(world.log),
    liveVectors(world.log),
    liveTurns(run),
    liveHandler('helpers', [...batchClauses(run), ...helperClauses(run)]),
    liveDiscovery(run, servers),
  ];
}

/** Gathers the run's tools: built-in, given, those of the folder that this machine trusts, and those of its servers. */
export async function connect(
  run: LoadedRun,
  { servers, options }: { readonly servers: RunServers; readonly options: RunOptions },
): Promise<ToolRegistry> {
  const own = [...builtInTools(run), ...delegateTools(run), ...(options.tools ?? [])];
  const found = await discover(run, options.signal);
  const host = programHost(run);
  const programs = toolsOf(found.programs.offered, (offered) => programTool(offered, host));
  const others = toolsOf(found.servers.offered, (offered) =>
    serverTool(offered, servers.connections),
  );
  const free = withoutTaken([...programs.tools, ...others.tools], own);
  return toolRegistry(
    [...own, ...free.tools],
    [
      ...trustedPaths(run).leftOut,
      ...found.programs.leftOut,
      ...programs.leftOut,
      ...found.servers.leftOut,
      ...others.leftOut,
      ...free.leftOut,
    ],
  );
}

/** Tools of the folder never stand in for one that was there before. */
function withoutTaken(
  tools: readonly Tool[],
  own: readonly Tool[],
): { readonly tools: readonly Tool[]; readonly leftOut: readonly LeftOut[] } {
  const taken = new Set([...own.map(({ name }) => name), ...RESERVED]);
  const free: Tool[] = [];
  const leftOut: LeftOut[] = [];
  for (const tool of tools) {
    if (taken.has(tool.name)) {
      leftOut.push({ name: tool.name, reason: `another tool is named ${tool.name}` });
    } else free.push(tool);
    taken.add(tool.name);
  }
  return { tools: free, leftOut };
}

/** Names of the framework's own (atomic-runtime §9). */
const RESERVED = ['atomic_capture', 'atomic_action'];
