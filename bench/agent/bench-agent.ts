import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AgentWorld } from '../../src/agent/index.ts';
import { type RunResult, runAgent } from '../../src/agent/index.ts';
import { type Disk, systemClock, systemDisk, systemRandom } from '../../src/base/index.ts';
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
  /** Syncs of files and folders so far. */
  syncs(): number;
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
  let syncs = 0;
  const counted =
    <R>(sync: (fd: number) => R) =>
    (fd: number): R => {
      syncs += 1;
      return sync(fd);
    };
  const disk: Disk = {
    ...systemDisk,
    sync: counted(systemDisk.sync),
    syncData: counted(systemDisk.syncData),
    syncDataAside: counted(systemDisk.syncDataAside),
  };
  const parts = { clock: systemClock, random: systemRandom, disk };
  const { clock, random } = parts;
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
    syncs: () => syncs,
    run: (agent = 'harbor') =>
      runAgent(world, { agent, workItem: 'how many volumes are held?' }, { tools: [countVolumes] }),
    close: async () => {
      folder.close();
      await log.close();
    },
  };
}

const EXAMPLE = join(import.meta.dirname, '../../examples/harbor');

/** The example agent in a home; capped, and too high to be reached here. */
export const copyHarbor = (root: string, name = 'harbor'): void => {
  const folder = join(root, 'agents', name);
  cpSync(EXAMPLE, folder, { recursive: true });
  const model = join(folder, 'model.md');
  const text = readFileSync(model, 'utf8');
  writeFileSync(model, text.replace(/(daily|monthly)_cap_usd: .*/g, '$1_cap_usd: 1000000.00'));
};
