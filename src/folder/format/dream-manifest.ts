import { isJsonObject, type Json, type JsonObject } from '../../base/index.ts';
import { problemsError } from '../error.ts';

export const DREAM_STATES = ['pending', 'running', 'completed', 'failed', 'canceled'] as const;
export type DreamState = (typeof DREAM_STATES)[number];

/**
 * One change a dream proposes: files of the memory that are taken over together or not at all. What
 * stands in them is staged in the dream's own `memory/`.
 */
export interface DreamChange {
  readonly kind: 'merge' | 'correction' | 'stale' | 'promotion';
  /** File names inside `memory/`; of a merge, the merged note first. */
  readonly files: readonly string[];
  readonly reason: string;
}

/** `dreams/<id>/manifest.json` (atomic-operations §10), with what an apply has to compare. */
export interface DreamManifest {
  readonly id: string;
  readonly agent: string;
  readonly status: DreamState;
  readonly model: string;
  readonly instructions: string;
  readonly inputs: {
    readonly notes: number;
    readonly journalDays: number;
    readonly logDays: number;
  };
  readonly changes: readonly DreamChange[];
  /** SHA-256 of each changed file as the dream read it; `null` for one that did not exist. */
  readonly base: Readonly<Record<string, string | null>>;
  readonly outputMemoryCount: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly costUsd: number;
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly error: string | null;
  readonly appliedAt: string | null;
  readonly archivedPath: string | null;
  /** Names its model calls, its charges and its line in the run log. */
  readonly run: string | null;
}

const ID = /^drm_[A-Za-z0-9_-]+$/;

/** True for the name of a dream, which is the name of its folder. */
export const isDreamId = (text: string): boolean => ID.test(text);

/** Reads a manifest, also one of the original, which has no changes of its own; throws `folder/bad-dream`. */
export function parseDreamManifest(content: Uint8Array | string, file: string): DreamManifest {
  const value = parseObject(content);
  const id = value?.['dream_id'];
  const status = DREAM_STATES.find((each) => each === value?.['status']);
  if (value === undefined || typeof id !== 'string' || !isDreamId(id) || status === undefined) {
    const message = 'this is no manifest of a dream';
    const hint = 'discard the dream, or restore the file: datum restore --known <time> <path>';
    throw problemsError('folder/bad-dream', [{ file, line: 1, message, hint }]);
  }
  const text = (key: string): string => (typeof value[key] === 'string' ? value[key] : '');
  const orNull = (key: string): string | null => text(key) || null;
  const number = (key: string, of: JsonObject = value): number =>
    typeof of[key] === 'number' ? of[key] : 0;
  const inputs = isJsonObject(value['inputs']) ? value['inputs'] : {};
  return {
    ...{ id, status, agent: text('agent'), model: text('model') },
    instructions: text('instructions'),
    inputs: {
      notes: number('memory_notes', inputs),
      journalDays: number('journal_days', inputs),
      logDays: number('log_days', inputs),
    },
    changes: changesOf(value['changes'] ?? []),
    base: baseOf(value['base'] ?? {}),
    outputMemoryCount: number('output_memory_count'),
    inputTokens: number('total_input_tokens'),
    outputTokens: number('total_output_tokens'),
    costUsd: number('total_cost_usd'),
    startedAt: text('started_at'),
    endedAt: orNull('ended_at'),
    error: orNull('error'),
    appliedAt: orNull('applied_at'),
    archivedPath: orNull('archived_path'),
    run: orNull('run_id'),
  };
}

function parseObject(content: Uint8Array | string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(content).toString('utf8'));
    return isJsonObject(value) ? (value as JsonObject) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

const KINDS = ['merge', 'correction', 'stale', 'promotion'] as const;

const changesOf = (list: Json): readonly DreamChange[] =>
  (Array.isArray(list) ? list : []).filter(isJsonObject).flatMap((each): readonly DreamChange[] => {
    const kind = KINDS.find((name) => name === each['kind']);
    const files = each['files'];
    if (kind === undefined || !Array.isArray(files)) return [];
    const names = files.filter((file) => typeof file === 'string');
    return [{ kind, files: names, reason: String(each['reason'] ?? '') }];
  });

const baseOf = (value: Json): Readonly<Record<string, string | null>> =>
  isJsonObject(value)
    ? Object.fromEntries(
        Object.entries(value).filter(
          (entry): entry is [string, string | null] =>
            entry[1] === null || typeof entry[1] === 'string',
        ),
      )
    : {};

/** The text of a manifest: the original's keys in its order, then ours. */
export function printDreamManifest(manifest: DreamManifest): string {
  const { inputs, changes } = manifest;
  const of = (kind: DreamChange['kind']) => changes.filter((change) => change.kind === kind);
  const value = {
    dream_id: manifest.id,
    agent: manifest.agent,
    status: manifest.status,
    model: manifest.model,
    instructions: manifest.instructions,
    inputs: {
      memory_notes: inputs.notes,
      journal_days: inputs.journalDays,
      log_days: inputs.logDays,
    },
    consolidated: of('merge').map(({ files: [merged, ...from] }) => ({ merged, from })),
    promoted: of('promotion').flatMap(({ files }) => files),
    marked_stale: of('stale').flatMap(({ files }) => files),
    output_memory_count: manifest.outputMemoryCount,
    total_input_tokens: manifest.inputTokens,
    total_output_tokens: manifest.outputTokens,
    total_cost_usd: manifest.costUsd,
    started_at: manifest.startedAt,
    ended_at: manifest.endedAt,
    error: manifest.error,
    applied_at: manifest.appliedAt,
    archived_path: manifest.archivedPath,
    run_id: manifest.run,
    changes,
    base: manifest.base,
  };
  return `${JSON.stringify(value, null, 2)}\n`;
}
