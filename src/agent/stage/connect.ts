import type { Handler } from '../../effect/index.ts';
import { liveClock, liveHandler } from '../../effect/index.ts';
import { batchClauses } from '../helper/batch-reservation.ts';
import { helperClauses } from '../helper/live-helpers.ts';
import { liveRecordKeeping } from '../operations.ts';
import type { RunOptions } from '../run-options.ts';
import { builtInTools } from '../tool/built-in.ts';
import { liveTools } from '../tool/operations.ts';
import { type ToolRegistry, toolRegistry } from '../tool/registry.ts';
import type { LoadedRun } from './load.ts';
import { liveRunHistory } from './recorded-cost.ts';
import { liveTurns } from './turns.ts';

/** What a run can do: its tools, and what performs its effects. */
export interface Connected {
  readonly registry: ToolRegistry;
  readonly live: readonly Handler[];
}

/** Gathers the run's tools, built-in and given, and the handlers that perform its effects. */
export function connect(run: LoadedRun, { tools = [] }: RunOptions): Connected {
  const { world, snapshot, identity } = run;
  const registry = toolRegistry([...builtInTools(run), ...tools]);
  const write = { by: `agent:${identity.request.agent}`, why: { run: identity.id } };
  return {
    registry,
    live: [
      ...world.live,
      liveClock(world.clock),
      liveTools(registry, world.clock),
      liveRecordKeeping({ folder: world.folder, inHome: snapshot.inHome, write }),
      liveRunHistory(world.log),
      liveTurns(run),
      liveHandler('helpers', [...batchClauses(run), ...helperClauses(run)]),
    ],
  };
}
