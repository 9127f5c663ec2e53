import {
  isEntity,
  isJsonObject,
  type Json,
  type JsonObject,
  limits,
  type Sha256,
  sha256,
} from '../base/index.ts';
import type { BlobRef, Blobs, Database, Entity, FactInput } from '../fact/index.ts';
import type { Entry } from './entries.ts';
import { knownFields } from './format/run-log.ts';

/** Attributes of an entry: of `run:<id>` for a line of a run log, else of `entry:<hash>`. */
export const ENTRY = {
  /** Path of the file it stands in. */
  file: 'entry/file',
  /** SHA-256 of its text; a text too long for a fact is the blob of this hash. */
  hash: 'entry/hash',
  text: 'entry/text',
} as const;

/** What a line of a run log says, as facts beside its text. */
export const RUN = {
  agent: 'run/agent',
  status: 'run/status',
  model: 'run/model',
  summary: 'run/summary',
  /** All fields of the format but the summary, under the keys of the line. */
  record: 'run/record',
} as const;

/** The facts of a new entry, with the blob its text needs when it is long. */
export interface EntryFacts {
  readonly facts: readonly FactInput[];
  readonly blobs: readonly BlobRef[];
}

export async function entryFacts(
  {
    path,
    entry,
    entity,
  }: { readonly path: string; readonly entry: Entry; readonly entity: Entity },
  blobs: Blobs,
): Promise<EntryFacts> {
  // Half the bound: escapes may double the text.
  const isLong = Buffer.byteLength(entry.text) > limits.inlineValueBytesMax / 2;
  const values: Record<string, Json> = {
    [ENTRY.file]: path,
    [ENTRY.hash]: entry.hash,
    ...(isLong ? {} : { [ENTRY.text]: entry.text }),
    ...runValues(path, entry),
  };
  return {
    facts: Object.entries(values).map(([a, v]) => ({ e: entity, a, v })),
    blobs: isLong ? [await blobs.put(entry.text, 'git')] : [],
  };
}

function runValues(path: string, { record }: Entry): JsonObject {
  if (record === undefined) return {};
  const agent = record.agentName ?? agentOf(path);
  const { status, model, summary } = record;
  const { summary: _, ...fields } = knownFields(record);
  return {
    ...(agent === undefined ? {} : { [RUN.agent]: agent }),
    ...(status === '' ? {} : { [RUN.status]: status }),
    [RUN.model]: model,
    ...(summary === '' ? {} : { [RUN.summary]: summary }),
    [RUN.record]: fields,
  };
}

const agentOf = (path: string): string | undefined => path.split('/log/')[0]?.split('/').at(-1);

/** The entity an entry wants: the run it tells of, else one named by its content and file. */
function wantedEntity(path: string, { hash, record }: Entry): Entity {
  const run = `run:${record?.runId ?? ''}`;
  return record !== undefined && isEntity(`${run}#9999`) && run !== 'run:'
    ? run
    : `entry:${sha256(`${path}\n${hash}`)}`;
}

/** Where an entry stands in the log, or would stand. */
export interface EntryPlace {
  readonly entity: Entity;
  /** True when this very entry is in the log already. */
  readonly isKnown: boolean;
}

/**
 * The place of an entry, by its content. Two lines of one run stand on `run:<id>` and `run:<id>#2`,
 * in the order of the file; `taken` holds what was given out since the database was read.
 */
export async function placeOf(
  { path, entry }: { readonly path: string; readonly entry: Entry },
  { database, taken }: { readonly database: Database; readonly taken: Map<Entity, Sha256> },
): Promise<EntryPlace> {
  const wanted = wantedEntity(path, entry);
  for (let number = 1; ; number += 1) {
    const entity = number === 1 ? wanted : `${wanted}#${number}`;
    const hash = taken.get(entity) ?? (await database.get(entity, ENTRY.hash));
    if (hash === entry.hash) return { entity, isKnown: true };
    if (hash === undefined) {
      taken.set(entity, entry.hash);
      return { entity, isKnown: false };
    }
  }
}

/** The entries of a file that the log holds: entity by hash of the text. */
export async function knownEntries(
  database: Database,
  path: string,
): Promise<ReadonlyMap<Sha256, Entity>> {
  const found = await database.find([
    { e: { var: 'entry' }, a: ENTRY.file, v: path },
    { e: { var: 'entry' }, a: ENTRY.hash, v: { var: 'hash' } },
  ]);
  return new Map(found.map(({ entry, hash }) => [String(hash), entityOf(entry)]));
}

/** A variable bound to an entity may come as text or as a reference. */
const entityOf = (value: Json | undefined): Entity =>
  isJsonObject(value) ? String(value['$ref']) : String(value);

/** The text of an entry the log holds; `undefined` when there is none, or its blob is elsewhere. */
export async function entryText(
  database: Database,
  entity: Entity,
  blobs: Blobs,
): Promise<string | undefined> {
  const text = await database.get(entity, ENTRY.text);
  if (typeof text === 'string') return text;
  const hash = await database.get(entity, ENTRY.hash);
  if (typeof hash !== 'string') return undefined;
  const content = await blobs.get(hash);
  return content === undefined ? undefined : Buffer.from(content).toString('utf8');
}
