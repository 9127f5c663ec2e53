import type { Sha256 } from '../base/index.ts';
import type {
  BlobRef,
  FactInput,
  Precondition,
  TransactionId,
  TransactResult,
} from '../fact/index.ts';
import { agentFacts, agentOf, findAgents, rootAgentName } from './agent-folder.ts';
import { appendToFile } from './append-file.ts';
import { type FolderContext, readDisk, setMark, tooBusy } from './context.ts';
import { DECLARED } from './document-facts.ts';
import { appendedText } from './entries.ts';
import { entryText } from './entry-facts.ts';
import type { Problem } from './error.ts';
import { fileKind } from './file-kind.ts';
import type {
  Adoption,
  AgentFolder,
  DocumentConflict,
  ReconcileReport,
  WriteOptions,
} from './folder.ts';
import { refuseDuringMerge, refuseUnmerged } from './git-state.ts';
import { keepCaught } from './keep-version.ts';
import { clearLeftBehind } from './left-behind.ts';
import { type FilePlan, type Piece, planReconcile } from './plan.ts';
import { removeFile, replaceFile } from './replace-file.ts';
import { touchedSince } from './touched.ts';
import { walk } from './walk.ts';

/** What a reconcile leaves behind besides its report. */
export interface Reconciled {
  readonly report: ReconcileReport;
  readonly agents: readonly AgentFolder[];
}

const ATTEMPTS_MAX = 5;

/** Brings files and facts together; see {@link Folder.reconcile}. */
export async function reconcile(
  context: FolderContext,
  options: WriteOptions,
): Promise<Reconciled> {
  refuseDuringMerge(context.root, context.disk);
  await refuseUnmerged(context.git);
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
    const done = await attemptReconcile(context, options);
    if (done !== undefined) return done;
  }
  throw tooBusy();
}

/** One try; `undefined` when another process changed a document in between. */
async function attemptReconcile(
  context: FolderContext,
  options: WriteOptions,
): Promise<Reconciled | undefined> {
  const { log, root, disk, git, marks } = context;
  const database = await log.at();
  const ignored = new Set((await git?.ignored()) ?? []);
  const { files, problems, temporaries } = walk(root, disk, ignored);
  const touched = await touchedSince(marks.reconciled(), { log, database });
  const plans = await planReconcile(context, { found: files, database, touched });
  const agents = findAgents(
    files.map(({ path }) => path),
    await rootAgentName(database, root),
  );
  const taken = await takeIn(context, { plans, agents, known: database.known, options });
  if (taken === undefined) return undefined;
  const finished = await finishWrites(context, plans, options);
  markAll(context, { plans, finished, known: taken.known });
  const left = await clearLeftBehind(context, temporaries);
  const damaged = [
    ...problems,
    ...left,
    ...plans.flatMap((plan) => plan.problems),
    ...finished.problems,
  ];
  return {
    agents,
    report: {
      adopted: taken.adopted,
      changed: plans.flatMap(({ change }) => change ?? []),
      entries: plans.flatMap(({ path, entries }) =>
        entries > 0 ? [{ path, count: entries }] : [],
      ),
      finished: finished.paths,
      damaged,
      conflicts: plans.flatMap(conflictOf),
    },
  };
}

const conflictOf = ({ path, conflict, seen }: FilePlan): readonly DocumentConflict[] =>
  conflict === undefined
    ? []
    : [{ path, kept: seen?.hash ?? null, other: conflict.hash, tx: conflict.tx }];

interface TakeIn {
  readonly plans: readonly FilePlan[];
  readonly agents: readonly AgentFolder[];
  readonly known: TransactionId | undefined;
  readonly options: WriteOptions;
}

interface Taken {
  readonly adopted: readonly Adoption[];
  /** The newest transaction up to which everything known is known to be in the files. */
  readonly known: TransactionId | undefined;
}

/** The fact that the files of the home itself have been taken in. */
const HOME_FACTS: readonly FactInput[] = [{ e: 'folder:home', a: 'folder/adopted', v: true }];

/** One transaction for each agent, and one for what belongs to the home itself. */
async function takeIn(
  context: FolderContext,
  { plans, agents, known, options }: TakeIn,
): Promise<Taken | undefined> {
  const { log } = context;
  const units = new Map<AgentFolder | undefined, FilePlan[]>();
  for (const plan of plans) {
    if (plan.pieces.length === 0) continue;
    const agent = agentOf(plan.path, agents);
    units.set(agent, [...(units.get(agent) ?? []), plan]);
  }
  const adopted: Adoption[] = [];
  let newest = known;
  let isAlone = true;
  for (const [agent, unit] of units) {
    const isNew = await isUnknown(context, agent);
    const source = isNew ? 'adopted' : 'edited';
    const founding = agent === undefined ? HOME_FACTS : agentFacts(agent);
    for (const { facts, blobs, if: conditions } of together(unit)) {
      const result = await log.transact([...DECLARED, ...founding, ...facts], {
        ...(options.by === undefined ? {} : { by: options.by }),
        why: { source, ...options.why },
        if: conditions,
        blobs,
      });
      if (!result.ok) return undefined;
      isAlone = isAlone && (await follows(context, result, newest));
      if (isAlone) newest = result.id;
    }
    if (isNew) adopted.push(adoptionOf(agent, unit));
  }
  return { adopted, known: newest };
}

/** Far below what a transaction may hold, in facts and, with text of at most 2 KiB each, in bytes. */
const FACTS_MAX = 20_000;

/** The facts of a unit in one piece, or in several when they are more than a transaction holds. */
function together(unit: readonly FilePlan[]): readonly Piece[] {
  const joined: { facts: FactInput[]; blobs: BlobRef[]; if: Precondition[] }[] = [];
  for (const piece of unit.flatMap(({ pieces }) => pieces)) {
    let last = joined.at(-1);
    if (last === undefined || last.facts.length + piece.facts.length > FACTS_MAX) {
      last = { facts: [], blobs: [], if: [] };
      joined.push(last);
    }
    last.facts.push(...piece.facts);
    last.blobs.push(...piece.blobs);
    last.if.push(...piece.if);
  }
  return joined;
}

/** True when nothing was written between what was read and this transaction. */
async function follows(
  { log }: FolderContext,
  result: TransactResult & { readonly ok: true },
  newest: TransactionId | undefined,
): Promise<boolean> {
  if (!result.written) return result.id === newest;
  const transaction = await log.transaction(result.id);
  return transaction?.prev === newest && transaction?.parents.length === 0;
}

/** True for a unit of which the log knows no document yet. */
async function isUnknown({ log }: FolderContext, agent: AgentFolder | undefined): Promise<boolean> {
  const database = await log.at();
  if (agent !== undefined)
    return (await database.get(`agent:${agent.name}`, 'agent/folder')) === undefined;
  return (await database.get('folder:home', 'folder/adopted')) === undefined;
}

const adoptionOf = (agent: AgentFolder | undefined, unit: readonly FilePlan[]): Adoption => ({
  path: agent?.path ?? '',
  documents: unit.filter(({ change }) => change !== undefined).length,
  entries: unit.reduce((sum, { entries }) => sum + entries, 0),
});

interface Finished {
  readonly paths: readonly string[];
  readonly problems: readonly Problem[];
}

/** Writes to disk what the log holds and the files lack. */
async function finishWrites(
  context: FolderContext,
  plans: readonly FilePlan[],
  options: WriteOptions,
): Promise<Finished> {
  const paths: string[] = [];
  const problems: Problem[] = [];
  for (const plan of plans) {
    if (plan.write === undefined && plan.unwritten.length === 0) continue;
    const done =
      plan.write === undefined
        ? await finishEntries(context, plan)
        : await finishDocument(context, { ...plan, hash: plan.write, options });
    if (done) paths.push(plan.path);
    else problems.push(notHere(plan.path));
  }
  return { paths, problems };
}

const notHere = (path: string): Problem => ({
  file: path,
  line: 1,
  message: 'the log has a newer version whose content is not on this machine',
  hint: 'take in the home it was written in, with `datum pull`',
});

interface Unfinished extends Pick<FilePlan, 'path' | 'seen'> {
  readonly hash: Sha256 | null;
  readonly options: WriteOptions;
}

async function finishDocument(
  context: FolderContext,
  { path, seen, hash, options }: Unfinished,
): Promise<boolean> {
  if (hash === null) return removeFile(context, path, seen?.hash).done;
  const content = await context.log.blobs.get(hash);
  if (content === undefined) return false;
  // A file that changed in this moment is left; the next reconcile sees it as a foreign edit.
  const replaced = replaceFile(context, path, { content, expected: seen?.hash });
  const caught = replaced.done ? replaced.caught : undefined;
  if (caught !== undefined) await keepCaught(context, { path, caught, options });
  return replaced.done;
}

async function finishEntries(
  context: FolderContext,
  { path, unwritten }: FilePlan,
): Promise<boolean> {
  const { log } = context;
  const database = await log.at();
  const kind = fileKind(path);
  if (kind === undefined || kind === 'document') return false;
  let isWhole = true;
  for (const entity of unwritten) {
    const text = await entryText(database, entity, log.blobs);
    if (text === undefined) isWhole = false;
    else appendToFile(context, path, (tail) => appendedText(kind, text, tail));
  }
  return isWhole;
}

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
    else setMark(context, path, { ...now, known });
  }
  marks.setReconciled(known);
}
