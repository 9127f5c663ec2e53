import { cpSync } from 'node:fs';
import { join } from 'node:path';
import type { AgentWorld } from '../../src/agent/index.ts';
import { type RunResult, runAgent } from '../../src/agent/index.ts';
import { systemClock, systemDisk, systemRandom } from '../../src/base/index.ts';
import { type Log, openLog } from '../../src/fact/index.ts';
import { type Folder, openFolder, openMarks } from '../../src/folder/index.ts';
import { openBudget } from '../../src/guard/index.ts';
import { countVolumes, scriptedModel } from './scripted-run.ts';

/** A home with one agent to measure, every step of whose runs is durable. */
export interface BenchAgent {
  readonly root: string;
  readonly log: Log;
  readonly folder: Folder;
  readonly world: AgentWorld;
  /** Two model turns and one tool. */
  run(agent?: string): Promise<RunResult>;
  close(): Promise<void>;
}

/** What the home is before it is adopted. */
export type Prepare = (root: string) => void;

/** Copies `examples/harbor` and opens it as `agent:<name of the folder>`. */
export async function openBenchAgent(
  root: string,
  prepare: Prepare = copyHarbor,
): Promise<BenchAgent> {
  prepare(root);
  const parts = { clock: systemClock, random: systemRandom, disk: systemDisk };
  const { clock, random, disk } = parts;
  const log = await openLog({ home: root, ...parts, env: { DATUM_STATE: join(root, '.state') } });
  const marks = openMarks(join(root, '.datum', 'local-marks.sqlite'));
  const folder = openFolder({ log, root, disk, random, marks });
  await folder.reconcile();
  const world: AgentWorld = {
    log,
    folder,
    ...parts,
    timer: systemClock,
    zone: 'UTC',
    homeFolder: root,
    budget: openBudget({ log, clock, random, zone: 'UTC' }),
    live: [scriptedModel],
  };
  return {
    root,
    log,
    folder,
    world,
    run: (agent = 'harbor') =>
      runAgent(world, { agent, workItem: 'how many volumes are held?' }, { tools: [countVolumes] }),
    close: async () => {
      folder.close();
      await log.close();
    },
  };
}

const EXAMPLE = join(import.meta.dirname, '../../examples/harbor');

/** The example agent, as the only one of a home. */
export const copyHarbor: Prepare = (root) => {
  cpSync(EXAMPLE, join(root, 'agents', 'harbor'), { recursive: true });
};
