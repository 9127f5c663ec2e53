import type { Handler } from '../../effect/index.ts';
import { liveClock, liveHandler } from '../../effect/index.ts';
import { batchClauses } from '../helper/batch-reservation.ts';
import { helperClauses } from '../helper/live-helpers.ts';
import { liveRecordKeeping } from '../operations.ts';
import type { LeftOut } from '../program/program.ts';
import { programTool, toolsOf } from '../program/program-tools.ts';
import type { RunOptions } from '../run-options.ts';
import { builtInTools } from '../tool/built-in.ts';
import { type ToolRegistry, toolRegistry } from '../tool/registry.ts';
import type { Tool } from '../tool/tool.ts';
import { discover, liveDiscovery, programHost } from './discover.ts';
import type { LoadedRun } from './load.ts';
import { liveRunHistory } from './recorded-cost.ts';
import { liveTurns } from './turns.ts';

/** What performs the effects of a run, but for the tools it has yet to find. */
export function liveRun(run: LoadedRun): readonly Handler[] {
  const { world, snapshot, identity } = run;
  const write = { by: `agent:${identity.request.agent}`, why: { run: identity.id } };
  return [
    ...world.live,
    liveClock(world.clock),
    liveRecordKeeping({ folder: world.folder, inHome: snapshot.inHome, write }),
    liveRunHistory(world.log),
    liveTurns(run),
    liveHandler('helpers', [...batchClauses(run), ...helperClauses(run)]),
    liveDiscovery(run),
  ];
}

/** Gathers the run's tools: built-in, given, and those of the folder that this machine trusts. */
export async function connect(run: LoadedRun, { tools = [] }: RunOptions): Promise<ToolRegistry> {
  const own = [...builtInTools(run), ...tools];
  const { programs } = await discover(run);
  const host = programHost(run);
  const found = toolsOf(programs.offered, (offered) => programTool(offered, host));
  const free = withoutTaken(found.tools, own);
  return toolRegistry(
    [...own, ...free.tools],
    [...programs.leftOut, ...found.leftOut, ...free.leftOut],
  );
}

/** Tools of the folder never stand in for one that was there before. */
function withoutTaken(
  tools: readonly Tool[],
  own: readonly Tool[],
): { readonly tools: readonly Tool[]; readonly leftOut: readonly LeftOut[] } {
  const taken = new Set([...own.map(({ name }) => name), ...RESERVED]);
  return {
    tools: tools.filter(({ name }) => !taken.has(name)),
    leftOut: tools
      .filter(({ name }) => taken.has(name))
      .map(({ name }) => ({ name, reason: `${name} is the name of a built-in tool` })),
  };
}

/** Names of the framework's own (atomic-runtime §9). */
const RESERVED = ['atomic_capture', 'atomic_action'];
