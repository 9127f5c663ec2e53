import type { Json, JsonObject } from '../../base/index.ts';
import type { Problem } from '../error.ts';
import { parseJsonLines } from './json-lines.ts';
import { PythonFloat, type PythonJson, pythonJson } from './python-json.ts';

/** One line of `log/YYYY-MM/YYYY-MM-DD.jsonl` (atomic-runtime §6). */
export interface RunRecord {
  /** ISO 8601, local with offset. */
  readonly ts: string;
  readonly runId: string;
  readonly primitive: string;
  readonly status: string;
  readonly summary: string;
  readonly model: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Absent, not 0, when nothing was spent because nothing was called. */
  readonly costUsd?: number;
  /** `actor` when absent. */
  readonly costSource?: string;
  readonly latencyMs?: number;
  readonly cacheHitTokens?: number;
  readonly cacheMissTokens?: number;
  readonly mandateId?: string;
  readonly parentRunId?: string;
  readonly parentAgent?: string;
  readonly trigger?: string;
  readonly agentName?: string;
  readonly fallback?: boolean;
  readonly critical?: boolean;
  readonly idempotencyKey?: string;
  readonly replayedRunId?: string;
  readonly conversationId?: string;
  /** Every other key, in the order of the line. */
  readonly extras: JsonObject;
}

/** A record with its place. */
export interface RunLine {
  readonly record: RunRecord;
  readonly text: string;
  /** Counted from 1. */
  readonly line: number;
}

export interface RunLog {
  readonly lines: readonly RunLine[];
  readonly damaged: readonly Problem[];
}

/** Reads a run log; a damaged line, or one whose cost is no number, is reported and left out. */
export function parseRunLog(content: Uint8Array | string, file: string): RunLog {
  const read = parseJsonLines(content, file);
  const lines: RunLine[] = [];
  const damaged = [...read.damaged];
  for (const { value, text, line } of read.lines) {
    if (isCost(value['cost_usd'])) {
      lines.push({ record: readRecord(value), text, line });
    } else {
      const hint = 'correct the number by hand; the line is kept and left out';
      damaged.push({ file, line, message: '`cost_usd` is not a number', hint });
    }
  }
  return { lines, damaged: damaged.toSorted((a, b) => a.line - b.line) };
}

const isCost = (value: Json | undefined): boolean =>
  value === undefined || value === null || typeof value === 'number';

type TextKey = Exclude<keyof RunRecord, 'extras'>;
type Kind = 'text' | 'number' | 'float' | 'flag';

/** Fields in the order they are printed, with their keys. */
const FIELDS: readonly (readonly [field: TextKey, key: string, kind: Kind, fallback?: Json])[] = [
  ['ts', 'ts', 'text', ''],
  ['runId', 'run_id', 'text', ''],
  ['primitive', 'primitive', 'text', 'other'],
  ['status', 'status', 'text', ''],
  ['summary', 'summary', 'text', ''],
  ['model', 'model', 'text', 'n/a'],
  ['inputTokens', 'input_tokens', 'number', 0],
  ['outputTokens', 'output_tokens', 'number', 0],
  ['costUsd', 'cost_usd', 'float'],
  ['costSource', 'cost_source', 'text'],
  ['latencyMs', 'latency_ms', 'float'],
  ['cacheHitTokens', 'cache_hit_tokens', 'number'],
  ['cacheMissTokens', 'cache_miss_tokens', 'number'],
  ['mandateId', 'mandate_id', 'text'],
  ['parentRunId', 'parent_run_id', 'text'],
  ['parentAgent', 'parent_agent', 'text'],
  ['trigger', 'trigger', 'text'],
  ['agentName', 'agent_name', 'text'],
  ['fallback', 'fallback', 'flag'],
  ['critical', 'critical', 'flag'],
  ['idempotencyKey', 'idempotency_key', 'text'],
  ['replayedRunId', 'replayed_run_id', 'text'],
  ['conversationId', 'conversation_id', 'text'],
];
const KNOWN = new Set(FIELDS.map(([, key]) => key));

const isKind = (value: Json | undefined, kind: Kind): boolean => {
  if (kind === 'text') return typeof value === 'string';
  if (kind === 'flag') return typeof value === 'boolean';
  return typeof value === 'number';
};

/** The record of one object; what is missing or of another kind gets its default. */
export function readRecord(value: JsonObject): RunRecord {
  const entries = FIELDS.flatMap(([field, key, kind, fallback]): readonly [string, Json][] => {
    const found = value[key];
    if (isKind(found, kind)) return [[field, found as Json]];
    return fallback === undefined ? [] : [[field, fallback]];
  });
  const extras = Object.entries(value).filter(([key]) => !KNOWN.has(key));
  return { ...Object.fromEntries(entries), extras: Object.fromEntries(extras) } as RunRecord;
}

/** The fields of the format, under the keys of the line. */
export const knownFields = (record: RunRecord): JsonObject =>
  Object.fromEntries(
    FIELDS.flatMap(([field, key]) => {
      const value = record[field];
      return value === undefined ? [] : [[key, value]];
    }),
  );

/** The line of a record, without line end: key order, separators and escapes of the original. */
export function printRunRecord(record: RunRecord): string {
  const line: Record<string, PythonJson> = {};
  for (const [field, key, kind] of FIELDS) {
    const value = record[field];
    if (value !== undefined)
      line[key] = kind === 'float' ? new PythonFloat(value as number) : value;
  }
  return pythonJson({ ...line, ...record.extras });
}

/** Path of a day's log inside the agent folder. */
export const runLogPath = (day: string): string => `log/${day.slice(0, 7)}/${day}.jsonl`;

/** The day a log file is for, from its name. */
export const dayOfRunLog = (path: string): string | undefined =>
  /(?:^|\/)log\/\d{4}-\d{2}\/(\d{4}-\d{2}-\d{2})\.jsonl$/.exec(path)?.[1];

/** The work item in a record's summary: at most 80 characters. */
export function summaryOf(workItem: string): string {
  const characters = [...workItem];
  if (characters.length <= 80) return workItem;
  return `${characters.slice(0, 77).join('').trim()}...`;
}

const AUXILIARY = new Set([
  'helper',
  'helper_batch_reservation',
  'helper_batch_release',
  'delegate',
  'delegate_batch_reservation',
  'delegate_batch_release',
  'tool_call',
  'tool_call_deferred',
  'judgment',
  'cost_warning',
  'capture_write_error',
  'escalation_deferred_execution',
  'escalation_operator_revise_executed',
  'escalation_operator_revise_invalid_amendment',
  'escalation_resolved',
  'embed_reservation',
  'embed_release',
  'embed_batch_reservation',
  'embed_batch_release',
  'embed_cost',
]);

/** True for a run of its own, false for what happened inside one (atomic-operations §12). */
export const isPrimary = ({ parentRunId, trigger }: RunRecord): boolean =>
  parentRunId === undefined && !AUXILIARY.has(trigger ?? '');

/** True when a record's cost counts towards the agent's own spend. */
export const isActorCost = ({ costSource = 'actor' }: RunRecord): boolean => costSource === 'actor';
