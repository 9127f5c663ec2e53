import { isJsonObject, type Json, type JsonObject, limits } from '../base/index.ts';
import type { BlobRef, Log } from '../fact/index.ts';
import { WorkError } from './error.ts';
import type { Goal } from './goal.ts';

/** A goal as a fact can hold it: itself, or `{ blob }` when it is long. */
export async function encodeGoal(goal: Goal, log: Log) {
  const json = goal as Goal & JsonObject;
  const text = JSON.stringify(json);
  if (Buffer.byteLength(text) < limits.inlineValueBytesMax / 2) return { value: json, blobs: [] };
  const blob: BlobRef = await log.blobs.put(text, 'git');
  return { value: { blob: blob.hash }, blobs: [blob] };
}

export async function decodeGoal(value: Json | undefined, log: Log): Promise<Goal | undefined> {
  if (!isJsonObject(value)) return undefined;
  if (typeof value['blob'] !== 'string') return value as JsonObject & Goal;
  const bytes = await log.blobs.get(value['blob']);
  if (bytes !== undefined) return JSON.parse(Buffer.from(bytes).toString('utf8')) as Goal;
  throw new WorkError({
    code: 'work/goal-elsewhere',
    message: 'the text of this goal is not on this machine',
    hint: 'pull it, or run datum verify',
    kind: 'integrity',
    data: { blob: value['blob'] },
  });
}
