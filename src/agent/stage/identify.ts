import { isJsonObject, type Json, type JsonObject, type Micros } from '../../base/index.ts';
import {
  type FirstEntry,
  refuseStrangers,
  type Stored,
  shelve,
  unshelve,
} from '../../effect/index.ts';
import type { Log, TransactionId } from '../../fact/index.ts';
import { z } from '../../spec/index.ts';
import { AgentError } from '../error.ts';
import { localTime } from '../local-time.ts';
import { type AgentWorld, type RunRequest, TRIGGERS } from '../run-options.ts';
import type { RunIdentity } from '../run-state.ts';
import { answerSpec } from './answer-value.ts';

/** What a run was asked and what it read from, as steps are recorded. */
const REQUEST = 'run/request';

/** How often a run was cut short in the middle of an answer. */
const CUTS = 'run/cuts';

const requestSchema = z.object({
  agent: z.string(),
  workItem: z.string(),
  trigger: z.enum(TRIGGERS).optional(),
  model: z.string().optional(),
  critical: z.boolean().optional(),
  maxOutputTokens: z.int().positive().optional(),
  temperature: z.number().optional(),
  answerSchema: z.record(z.string(), z.json()).optional(),
  toolIterationsMax: z.int().positive().optional(),
  writeCaptures: z.boolean().optional(),
  idempotencyKey: z.string().optional(),
  conversationId: z.string().optional(),
  principal: z
    .object({
      identifier: z.string(),
      source: z.enum(['local', 'static_claims']),
      verified: z.boolean(),
    })
    .optional(),
  parentRun: z.string().optional(),
  parentAgent: z.string().optional(),
  tree: z.string().optional(),
});

/** Gives a new run its id and fixes what it reads from; nothing is written yet. */
export async function newIdentity(
  world: AgentWorld,
  request: RunRequest,
  given?: Pick<RunIdentity, 'id' | 'started'>,
): Promise<RunIdentity> {
  if (request.workItem.trim() === '') throw emptyWorkItem();
  if (!request.workItem.isWellFormed()) throw notText();
  if (request.answerSchema !== undefined) answerSpec(request.answerSchema);
  const database = await world.log.at();
  const started = given?.started ?? startOf(world);
  const redacted = (world.redact?.(plain(request)) ?? request) as RunRequest;
  const id = given?.id ?? `run-${localTime(started, world.zone).stamp}`;
  return { id, request: redacted, started, database, resumed: false, cuts: 0 };
}

/** When the newest run of a log was begun in this process. */
const newest = new WeakMap<Log, Micros>();

/** The time of a run, which names it: no two runs of a log are begun at the same microsecond. */
function startOf({ log, clock, random }: AgentWorld): Micros {
  const now = clock.now();
  // The machine's clock counts milliseconds; another process may be counting the same one.
  const below = now % 1000 === 0 ? Buffer.from(random.bytes(2)).readUInt16BE() % 1000 : 0;
  const started = Math.max(now + below, (newest.get(log) ?? 0) + 1);
  newest.set(log, started);
  return started;
}

/** What is written of a run when it begins, so that another process can resume it. */
export async function announcement(
  { log }: Pick<AgentWorld, 'log'>,
  identity: RunIdentity,
): Promise<FirstEntry> {
  const { id, request, started, database } = identity;
  const known = database.known ?? null;
  const asked = { request: plain(request), started, known, valid: database.valid };
  const { stored, blobs } = await shelve(asked, { blobs: log.blobs, keep: 'git' });
  return { facts: [{ e: `run:${id}`, a: REQUEST, v: stored }], blobs };
}

/** Writes that a run was cut short in the middle of an answer, so that it goes on after it. */
export async function announceCut(
  { log }: AgentWorld,
  { id, request }: RunIdentity,
  cuts: number,
): Promise<void> {
  const by = `agent:${request.agent}`;
  await log.transact([{ e: `run:${id}`, a: CUTS, v: cuts }], { by, why: { run: id } });
}

/** What was written when a run began; `undefined` for a run that was not begun here. */
export async function storedRequest(log: Log, run: string): Promise<JsonObject | undefined> {
  const stored = await (await log.at()).get(`run:${run}`, REQUEST);
  if (!isJsonObject(stored)) return undefined;
  const asked = await unshelve(stored as Json & Stored, log.blobs);
  return isJsonObject(asked) ? asked : undefined;
}

/** The identity of a run that another process began. Throws `agent/unknown-run` and `effect/unknown-writer`. */
export async function recalledIdentity(world: AgentWorld, id: string): Promise<RunIdentity> {
  const stored = await storedRequest(world.log, id);
  if (stored === undefined) throw unknownRun(id);
  await refuseStrangers(world.log, { entity: `run:${id}`, database: await world.log.at() });
  const { known, valid, started } = stored;
  const database = await world.log.at({
    ...(typeof known === 'string' ? { known: known as TransactionId } : {}),
    valid: Number(valid) as Micros,
  });
  const request = requestSchema.parse(stored['request']) as RunRequest;
  const cuts = Number((await (await world.log.at()).get(`run:${id}`, CUTS)) ?? 0);
  return { id, request, started: Number(started), database, resumed: true, cuts };
}

/** A request without its absent fields. */
const plain = (request: RunRequest): JsonObject =>
  JSON.parse(JSON.stringify(request)) as JsonObject;

const emptyWorkItem = (): AgentError =>
  new AgentError({
    code: 'agent/empty-work-item',
    kind: 'usage',
    message: 'there is nothing to do: the work item is empty',
    hint: 'say what the agent shall do',
  });

const notText = (): AgentError =>
  new AgentError({
    code: 'agent/not-text',
    kind: 'usage',
    message: 'the work item is no text: it has half a character in it',
    hint: 'say it again without what is broken; text is UTF-8',
  });

const unknownRun = (run: string): AgentError =>
  new AgentError({
    code: 'agent/unknown-run',
    kind: 'usage',
    message: `no run ${run} was begun here`,
    hint: 'list runs with: datum runs',
    data: { run },
  });
