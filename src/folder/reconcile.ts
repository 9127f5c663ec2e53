import type { TransactionId } from '../fact/index.ts';
import { findAgents, knownAgents, rootAgentName } from './agent-folder.ts';
import { syncAppended } from './append-file.ts';
import { type FolderContext, readDisk, setMark } from './context.ts';
import { fileKind } from './file-kind.ts';
import { type Finished, finishWrites } from './finish-writes.ts';
import type { AgentFolder, DocumentConflict, ReconcileReport, WriteOptions } from './folder.ts';
import { refuseDuringMerge, refuseUnmerged } from './git-state.ts';
import { clearLeftBehind } from './left-behind.ts';
import { type FilePlan, planReconcile } from './plan.ts';
import { recordPlans } from './record-plans.ts';
import { touchedSince } from './touched.ts';
import { walk } from './walk.ts';

/** What a reconcile leaves behind besides its report. */
export interface Reconciled {
  readonly report: ReconcileReport;
  readonly agents: readonly AgentFolder[];
}

/** Brings files and facts together; see {@link Folder.reconcile}. */
export async function reconcile(
  context: FolderContext,
  options: WriteOptions,
): Promise<Reconciled> {
  const { git, marks } = context;
  refuseDuringMerge(context.root, context.disk);
  const [ignored = []] = await Promise.all([git?.ignored(), refuseUnmerged(git)]);
  return marks.exclusively(context.log.clock, () => reconcileLocked(context, { options, ignored }));
}

export interface ReconcileInput {
  readonly options: WriteOptions;
  /** Paths git ignores; asked for when absent. */
  readonly ignored?: readonly string[];
  /** Only these paths; all when absent. */
  readonly only?: ReadonlySet<string>;
}

/**
 * The work itself, under the lock of the folder. The transactions carry no conditions: they say
 * what stands in the files, which is so whatever another clone wrote.
 */
export async function reconcileLocked(
  context: FolderContext,
  { options, only, ...input }: ReconcileInput,
): Promise<Reconciled> {
  const { log, root, disk, git, marks } = context;
  const database = await log.at();
  const ignored = new Set(input.ignored ?? (await git?.ignored()) ?? []);
  const { files, problems, temporaries } = walk(root, disk, ignored);
  const touched = await touchedSince(marks.reconciled(), { log, database });
  const plans = await planReconcile(context, { found: files, database, touched, only });
  const agents = findAgents(
    files.map(({ path }) => path),
    { rootName: await rootAgentName(database, context), known: await knownAgents(database) },
  );
  const recorded = await recordPlans(context, { plans, agents, known: database.known, options });
  const finished = await finishWrites(context, plans, options);
  markAll(context, { plans, finished, known: recorded.known });
  if (only === undefined && recorded.known !== undefined) marks.setReconciled(recorded.known);
  const left = await clearLeftBehind(context, temporaries);
  const damaged = [...problems, ...left, ...plans.flatMap((plan) => plan.problems)];
  return {
    agents,
    report: {
      adopted: recorded.adopted,
      changed: plans.flatMap(({ change }) => change ?? []),
      entries: plans.flatMap(({ path, entries }) =>
        entries > 0 ? [{ path, count: entries }] : [],
      ),
      finished: finished.paths,
      damaged: [...damaged, ...finished.problems],
      conflicts: plans.flatMap(conflictOf),
    },
  };
}

const conflictOf = ({ path, conflict, seen }: FilePlan): readonly DocumentConflict[] =>
  conflict === undefined
    ? []
    : [{ path, kept: seen?.hash ?? null, other: conflict.hash, tx: conflict.tx }];

interface MarkAll {
  readonly plans: readonly FilePlan[];
  readonly finished: Finished;
  readonly known: TransactionId | undefined;
}

function markAll(context: FolderContext, { plans, finished, known }: MarkAll): void {
  const { marks } = context;
  if (known === undefined) return;
  const failed = new Set(finished.problems.map(({ file }) => file));
  const written = new Set(finished.paths);
  for (const { path, seen } of plans) {
    if (failed.has(path)) continue;
    const file = written.has(path) ? readDisk(context, path) : undefined;
    const now = file === undefined ? seen : { hash: file.hash, size: file.content.length };
    if (now === undefined || (written.has(path) && file === undefined)) marks.delete(path);
    else {
      if (fileKind(path) !== 'document' && marks.get(path)?.hash !== now.hash) {
        syncAppended(context, path);
      }
      setMark(context, path, { ...now, known });
    }
  }
}
