import type { Sha256 } from '../../base/index.ts';
import { answer, defineOperation, type Handler, liveHandler, perform } from '../../effect/index.ts';
import type { Log } from '../../fact/index.ts';
import { embed } from '../../model/index.ts';
import { z } from '../../spec/index.ts';
import type { FiledNote } from '../prompt/notes.ts';
import { decodeVector, encodeVector, type Vector } from './vector.ts';

/** A vector of a model for a content; the same for ever, so what was known in the past has its own. */
const entityOf = (model: string, hash: Sha256): string => `vector:${model}/${hash}`;
const OF = 'vector/int8';

const missing = defineOperation({
  name: 'agent/missing-vectors',
  kind: 'read',
  input: z.object({ model: z.string(), hashes: z.array(z.string()) }),
  output: z.object({ hashes: z.array(z.string()) }),
});

const keep = defineOperation({
  name: 'agent/keep-vectors',
  kind: 'write',
  input: z.object({ model: z.string(), vectors: z.record(z.string(), z.string()) }),
  output: z.object({ kept: z.int() }),
  idempotent: true,
});

/** Performs what recall keeps of the vectors of notes. */
export const liveVectors = (log: Log): Handler =>
  liveHandler('vectors', [
    answer(missing, async ({ model, hashes }) => {
      const vectors = await keptVectors(log, model, hashes);
      return { hashes: hashes.filter((hash) => !vectors.has(hash)) };
    }),
    answer(keep, async ({ model, vectors }) => {
      const facts = Object.entries(vectors).map(([hash, v]) => ({
        e: entityOf(model, hash),
        a: OF,
        v,
      }));
      for (let from = 0; from < facts.length; from += FACTS_MAX) {
        await log.transact(facts.slice(from, from + FACTS_MAX));
      }
      return { kept: facts.length };
    }),
  ]);

const FACTS_MAX = 64;

/** The vectors that are kept for contents. */
export async function keptVectors(
  log: Log,
  model: string,
  hashes: readonly Sha256[],
): Promise<ReadonlyMap<Sha256, Vector>> {
  const database = await log.at();
  const found = await Promise.all(
    hashes.map(async (hash) => {
      const text = await database.get(entityOf(model, hash), OF);
      return typeof text === 'string' ? ([[hash, decodeVector(text)]] as const) : [];
    }),
  );
  return new Map(found.flat());
}

/** A note with the hash of its content. */
export interface HashedNote extends FiledNote {
  readonly hash: Sha256;
}

/** So many notes at most are made vectors of in one recall, the ones seen last first. */
const NEW_MAX = 256;
/** Longer texts are cut, for embedding models take no more. */
const TEXT_LENGTH_MAX = 8000;

/** What a question and notes were embedded to. */
export interface Embedded {
  readonly question: Vector;
  readonly vectors: ReadonlyMap<Sha256, Vector>;
  readonly tokens: number;
}

/** Makes vectors of a question and of the notes that have none yet, and keeps those of the notes. */
export async function embedNotes(
  log: Log,
  { question, notes, model }: { question: string; notes: readonly HashedNote[]; model: string },
): Promise<Embedded> {
  const hashes = [...new Set(notes.map(({ hash }) => hash))];
  const { hashes: lacking } = await perform(missing, { model, hashes });
  const lacks = new Set(lacking);
  const fresh = notes
    .filter(({ hash }) => lacks.delete(hash))
    .toSorted((a, b) => (a.note.lastSeen < b.note.lastSeen ? 1 : -1))
    .slice(0, NEW_MAX);
  const texts = [question, ...fresh.map(textOf)].map((text) => text.slice(0, TEXT_LENGTH_MAX));
  const { vectors, tokens } = await perform(embed, { model, texts });
  const [first = '', ...others] = vectors.map(encodeVector);
  const kept = Object.fromEntries(fresh.map(({ hash }, index) => [hash, others[index] ?? '']));
  if (fresh.length > 0) await perform(keep, { model, vectors: kept });
  return {
    question: decodeVector(first),
    vectors: await keptVectors(log, model, hashes),
    tokens,
  };
}

const textOf = ({ note }: FiledNote): string => `${note.name}\n${note.description}\n${note.body}`;
