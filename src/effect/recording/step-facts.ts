import { isJsonObject, type Json, type JsonObject, type Sha256 } from '../../base/index.ts';
import type { Attribute, Database, Entity } from '../../fact/index.ts';
import type { EffectKind } from '../operation.ts';
import type { Stored } from './shelf.ts';

/** The attributes of a step; whatever else its entity holds are notes. */
export const attributes = Object.freeze({
  /** On `effect:<run>`: the run has a record. */
  begun: 'effect/begun',
  /** `{ op, kind, hash, args }`. */
  call: 'effect/call',
  /** The number of the attempt that was about to leave. */
  intent: 'effect/intent',
  /** `{ ok }` or `{ error }`. */
  outcome: 'effect/outcome',
  /** On a step that opened parallel lanes: how many. */
  lanes: 'effect/lanes',
});

export const runEntity = (run: string): Entity => `effect:${run}`;
export const stepEntity = (run: string, address: string): Entity => `effect:${run}/${address}`;

export interface RecordedCall {
  readonly operation: string;
  readonly kind: EffectKind;
  /** SHA-256 over the redacted arguments, whose long texts stand in it as their own hashes. */
  readonly hash: Sha256;
  readonly args: Stored;
}

export interface RecordedOutcome {
  readonly ok: boolean;
  /** The result, or the error. */
  readonly value: Stored;
  /** How many steps were performed inside this one. */
  readonly inside: number;
}

/** One step as its facts tell it. */
export interface RecordedStep {
  readonly address: string;
  readonly entity: Entity;
  readonly call: RecordedCall | undefined;
  /** Times its intent was written: above zero without an outcome means it may have happened. */
  readonly attempts: number;
  readonly outcome: RecordedOutcome | undefined;
  /** Set where the program went on in this many parallel lanes. */
  readonly lanes: number | undefined;
  readonly notes: Readonly<Record<Attribute, Json>>;
}

export const encodeCall = (call: RecordedCall): JsonObject => ({
  op: call.operation,
  kind: call.kind,
  hash: call.hash,
  args: call.args as JsonObject,
});

export const encodeOutcome = ({ ok, value, inside }: RecordedOutcome): JsonObject => ({
  [ok ? 'ok' : 'error']: value as JsonObject,
  ...(inside === 0 ? {} : { inside }),
});

/** Reads one step with one indexed read; `undefined` when nothing of it is recorded. */
export async function readStep(
  db: Database,
  run: string,
  address: string,
): Promise<RecordedStep | undefined> {
  const entity = stepEntity(run, address);
  const facts = await db.entity(entity);
  const {
    [attributes.call]: call,
    [attributes.intent]: intent,
    [attributes.outcome]: outcome,
    [attributes.lanes]: lanes,
    ...notes
  } = facts;
  if (Object.keys(facts).length === 0) return undefined;
  return {
    address,
    entity,
    call: decodeCall(call),
    attempts: typeof intent === 'number' ? intent : 0,
    outcome: decodeOutcome(outcome),
    lanes: typeof lanes === 'number' ? lanes : undefined,
    notes,
  };
}

function decodeCall(value: Json | undefined): RecordedCall | undefined {
  if (!isJsonObject(value)) return undefined;
  return {
    operation: String(value['op']),
    kind: value['kind'] as EffectKind,
    hash: String(value['hash']),
    args: value['args'] as Stored & JsonObject,
  };
}

function decodeOutcome(value: Json | undefined): RecordedOutcome | undefined {
  if (!isJsonObject(value)) return undefined;
  const ok = value['ok'] !== undefined;
  const stored = (ok ? value['ok'] : value['error']) as Stored & JsonObject;
  return { ok, value: stored, inside: Number(value['inside'] ?? 0) };
}
