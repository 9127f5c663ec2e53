import { within } from '../../effect/index.ts';
import { embeddingCost } from '../../model/index.ts';
import { withModelWork } from '../judge/model-work.ts';
import { readModelOf } from '../prompt/prompt-source.ts';
import { openSnapshot } from '../prompt/snapshot.ts';
import type { AgentWorld } from '../run-options.ts';
import { type Recalled, type RecallQuery, recallNotes } from './recall.ts';
import { liveVectors } from './vectors.ts';

/**
 * Recalls notes for a person: by words, and by meaning too where model.md names an embedding model,
 * under the agent's caps and with a line in its log. `byWords` asks nobody and writes nothing.
 */
export async function recallMemory(
  world: AgentWorld,
  agent: string,
  {
    byWords = false,
    ...query
  }: Omit<RecallQuery, 'embeddingModel'> & { readonly byWords?: boolean },
): Promise<readonly Recalled[]> {
  const { log } = world;
  const snapshot = await openSnapshot(log, { agent, database: await log.at(query.point ?? {}) });
  const { embeddingModel: model } = await readModelOf(snapshot);
  if (byWords || model === undefined) return (await recallNotes(log, snapshot, query)).hits;
  const work = { agent, primitive: 'embed', trigger: 'embed_cost', source: 'actor' } as const;
  return withModelWork(world, { ...work, summary: 'memory search' }, async ({ meter }) => {
    const { hits, embeddedTokens } = await within([liveVectors(log)], () =>
      recallNotes(log, snapshot, { ...query, embeddingModel: model }),
    );
    const tokens = { input: embeddedTokens, output: 0, cacheRead: 0, cacheWrite: 0 };
    const used = { tokens, latencyMillis: 0, measured: true };
    meter.count(used, embeddingCost(model, embeddedTokens));
    meter.model = model;
    return hits;
  });
}
