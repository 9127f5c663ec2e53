import { formatInstant, readInstant } from '../../base/index.ts';
import { clockNow, perform } from '../../effect/index.ts';
import type { Entity, Point } from '../../fact/index.ts';
import { embeddingCost } from '../../model/index.ts';
import { z } from '../../spec/index.ts';
import { AgentError } from '../error.ts';
import { localTime } from '../local-time.ts';
import { type Recalled, recallNotes } from '../memory/recall.ts';
import { openSnapshot } from '../prompt/snapshot.ts';
import { childLine, performLines } from '../stage/child-line.ts';
import type { LoadedRun } from '../stage/load.ts';
import { defineTool, type Tool } from './tool.ts';

const HITS_MAX = 20;

const searchInput = z.strictObject({
  words: z.string().min(1),
  limit: z.int().min(1).max(HITS_MAX).optional(),
  known: z.string().nullish(),
});
const recallInput = z.strictObject({ path: z.string().min(1), known: z.string().nullish() });

/** Searching and recalling what the agent knows, or knew at a time. */
export function memoryTools(run: LoadedRun): readonly Tool[] {
  const { log } = run.world;
  const { agent } = run.identity.request;
  return [
    defineTool({
      name: 'search_memory',
      description:
        'Your notes that answer a question best, by words and by meaning, as they are or as they ' +
        'were known at a time; then wiki pages, journals and runs in which all words occur.',
      kind: 'read',
      input: searchInput,
      run: async ({ words, limit = 10, known }) => {
        const point = pointOf(known);
        const notes = await recallInRun(run, { question: words, limit, point });
        const others = await log.search(words, { ...point, limit, among: isElsewhere });
        return [
          ...notes.map(({ file, snippet }) => ({ where: `memory/${file}`, snippet })),
          ...others.map(({ entity, snippet }) => ({ where: entity, snippet })),
        ].slice(0, limit);
      },
    }),
    defineTool({
      name: 'recall',
      description:
        'A note or another file of yours, by its path (memory/user_x.md), as it is or as it was ' +
        'known at a time: a day (2026-01-31) or a time with a zone.',
      kind: 'read',
      input: recallInput,
      run: async ({ path, known }) => {
        const database = await log.at(pointOf(known));
        const snapshot = await openSnapshot(log, { agent, database });
        const text = await snapshot.read(path);
        if (text === undefined) throw unknownFile(path, known ?? formatInstant(database.valid));
        return text;
      },
    }),
  ];
}

/** No file of a memory, of which the notes are recalled. */
const isElsewhere = (entity: Entity): boolean => !/^doc:(.*\/)?memory\//.test(entity);

function pointOf(known: string | null | undefined): Point {
  if (typeof known !== 'string') return {};
  const at = readInstant(known);
  if (at === undefined) throw notATime(known);
  return { known: at };
}

/** Recalls notes within a run; what the embedding cost has a line in its log. */
async function recallInRun(
  run: LoadedRun,
  { question, limit, point }: { question: string; limit: number; point: Point },
): Promise<readonly Recalled[]> {
  const { log, zone } = run.world;
  const { embeddingModel: model } = run.modelFile;
  const database = await log.at(point);
  const snapshot = await openSnapshot(log, { agent: run.identity.request.agent, database });
  const { hits, embeddedTokens } = await recallNotes(log, snapshot, {
    question,
    limit,
    point,
    ...(model === undefined ? {} : { embeddingModel: model }),
  });
  if (model !== undefined && embeddedTokens > 0) {
    const time = localTime(await perform(clockNow, {}), zone);
    const { usd, estimated } = embeddingCost(model, embeddedTokens);
    await performLines(time, [
      childLine(run, time, {
        primitive: 'embed',
        trigger: 'embed_cost',
        status: 'ok',
        summary: `embedded ${embeddedTokens} tokens`,
        model,
        inputTokens: embeddedTokens,
        costUsd: usd,
        costSource: 'actor',
        extras: estimated ? { cost_estimated_via_fallback: true } : {},
      }),
    ]);
  }
  return hits;
}

const notATime = (known: string): AgentError =>
  new AgentError({
    code: 'agent/not-a-time',
    message: `${known} is not a time`,
    hint: 'write a day (2026-01-31) or a date and time with a zone (2026-01-31T09:30Z)',
  });

const unknownFile = (path: string, known: string): AgentError =>
  new AgentError({
    code: 'agent/no-file',
    message: `there was no ${path} known at ${known}`,
    hint: 'name a file that memory/INDEX.md lists, with its folder',
    data: { path },
  });
