import { isJsonObject, type Json } from '../../base/index.ts';
import { refuseStrangers } from '../../effect/index.ts';
import type { Log } from '../../fact/index.ts';
import { AgentError } from '../error.ts';
import type { Draft } from './outcome-record.ts';

/** What the work on an outcome was begun with, so that another process can go on with it. */
export interface BegunOutcome<Request> {
  readonly request: Request;
  readonly judgeModel: string;
  /** ISO 8601. */
  readonly started: string;
  /** What lay in the output folder before: paths with their hashes. */
  readonly before: readonly (readonly [path: string, hash: string])[];
}

const ATTRIBUTE = 'outcome/work';
const entityOf = (id: string, draft?: number): string =>
  draft === undefined ? `outcome-work:${id}` : `outcome-work:${id}/${draft}`;

const save = async (log: Log, id: string, e: string, value: unknown): Promise<void> => {
  const blob = await log.blobs.put(JSON.stringify(value), 'git');
  const fact = { e, a: ATTRIBUTE, v: { blob: blob.hash } };
  await log.transact([fact], { blobs: [blob], why: { run: id } });
};

async function restore(log: Log, e: string): Promise<Json | undefined> {
  const database = await log.at();
  const value = await database.get(e, ATTRIBUTE);
  if (!isJsonObject(value)) return undefined;
  await refuseStrangers(log, { entity: e, database });
  const bytes = await log.blobs.get(String(value['blob']));
  return bytes === undefined ? undefined : JSON.parse(Buffer.from(bytes).toString('utf8'));
}

export const saveBegun = <Request>(
  log: Log,
  id: string,
  begun: BegunOutcome<Request>,
): Promise<void> => save(log, id, entityOf(id), begun);

/** A draft that was made and, where it could be, judged. */
export const saveDraft = (log: Log, id: string, draft: Draft): Promise<void> =>
  save(log, id, entityOf(id, draft.iteration), draft);

/**
 * How far the work on an outcome came. Throws `agent/unknown-outcome`, and `effect/unknown-writer` where
 * somebody this machine does not trust says so: what was asked, or that a judge was satisfied.
 */
export async function restoreOutcome<Request>(
  log: Log,
  id: string,
): Promise<{ readonly begun: BegunOutcome<Request>; readonly drafts: readonly Draft[] }> {
  const begun = await restore(log, entityOf(id));
  if (begun === undefined) throw unknownOutcome(id);
  const drafts: Draft[] = [];
  for (;;) {
    const draft = await restore(log, entityOf(id, drafts.length + 1));
    if (draft === undefined) break;
    drafts.push(draft as unknown as Draft);
  }
  return { begun: begun as unknown as BegunOutcome<Request>, drafts };
}

const unknownOutcome = (id: string): AgentError =>
  new AgentError({
    code: 'agent/unknown-outcome',
    kind: 'usage',
    message: `nothing is known here of work on ${id}`,
    hint: 'name it as the run log does, outcome-…',
    data: { outcome: id },
  });
