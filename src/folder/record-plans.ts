import type { BlobRef, FactInput, TransactionId, TransactResult } from '../fact/index.ts';
import { agentFacts, agentOf } from './agent-folder.ts';
import { type FolderContext, tooBusy } from './context.ts';
import { DECLARED } from './document-facts.ts';
import type { Adoption, AgentFolder, WriteOptions } from './folder.ts';
import type { FilePlan, Piece } from './plan.ts';

export interface Plans {
  readonly plans: readonly FilePlan[];
  readonly agents: readonly AgentFolder[];
  readonly known: TransactionId | undefined;
  readonly options: WriteOptions;
}

/** What recording left in the log. */
export interface Recorded {
  readonly adopted: readonly Adoption[];
  /** The newest transaction up to which everything known is known to be in the files. */
  readonly known: TransactionId | undefined;
}

/** The fact that the files of the home itself have been taken in. */
const HOME_FACTS: readonly FactInput[] = [{ e: 'folder:home', a: 'folder/adopted', v: true }];

/** One transaction for each agent, and one for what belongs to the home itself. */
export async function recordPlans(
  context: FolderContext,
  { plans, agents, known, options }: Plans,
): Promise<Recorded> {
  const { log } = context;
  const units = Map.groupBy(
    plans.filter(({ pieces }) => pieces.length > 0),
    ({ path }) => agentOf(path, agents),
  );
  const adopted: Adoption[] = [];
  let newest = known;
  let isAlone = true;
  for (const [agent, unit] of units) {
    const isNew = await isUnknown(context, agent);
    const source = isNew ? 'adopted' : 'edited';
    const founding = agent === undefined ? HOME_FACTS : agentFacts(agent);
    for (const { facts, blobs } of together(unit)) {
      const result = await log.transact([...DECLARED, ...founding, ...facts], {
        ...(options.by === undefined ? {} : { by: options.by }),
        why: { source, ...options.why },
        blobs,
      });
      if (!result.ok) throw tooBusy();
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
  const joined: { facts: FactInput[]; blobs: BlobRef[] }[] = [];
  for (const piece of unit.flatMap(({ pieces }) => pieces)) {
    let last = joined.at(-1);
    if (last === undefined || last.facts.length + piece.facts.length > FACTS_MAX) {
      last = { facts: [], blobs: [] };
      joined.push(last);
    }
    last.facts.push(...piece.facts);
    last.blobs.push(...piece.blobs);
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
