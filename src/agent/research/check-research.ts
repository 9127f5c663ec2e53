import { isJsonObject } from '../../base/index.ts';
import { resultOf, stepsOf } from '../../effect/index.ts';
import { FolderError, listRuns, parseToolsFile, parseWikiPage } from '../../folder/index.ts';
import { EMBEDDED_MODEL } from '../../model/index.ts';
import { AgentError } from '../error.ts';
import { readModelOf } from '../prompt/prompt-source.ts';
import { type AgentSnapshot, openSnapshot } from '../prompt/snapshot.ts';
import type { AgentWorld } from '../run-options.ts';
import { absolutePath, allowedPaths, mayRead } from '../tool/allowed-paths.ts';
import { checkAnswer } from './research-log.ts';
import { researchSettings } from './settings.ts';
import { checkSources } from './sources.ts';

/** Something in what an agent said that its sources do not bear out. */
export interface ResearchFinding {
  readonly kind: 'missing-source' | 'uncited-claim';
  /** The run, or the page of the wiki. */
  readonly where: string;
  readonly text: string;
}

export interface ResearchCheck {
  /** Runs and pages that were looked at. */
  readonly looked: readonly string[];
  readonly findings: readonly ResearchFinding[];
}

/** Checks the answer of one run against the sources as they are now. Throws `agent/no-answer`. */
export async function checkRun(world: AgentWorld, run: string): Promise<ResearchCheck> {
  const answer = await answerOf(world, run);
  if (answer === undefined) throw noAnswer(run);
  const context = await contextOf(world, answer.agent);
  return { looked: [run], findings: await findingsOf(context, run, answer.text) };
}

/** Checks the newest answers of an agent, and that the sources of its wiki pages are there. */
export async function checkAgent(
  world: AgentWorld,
  agent: string,
  { limit }: { readonly limit: number },
): Promise<ResearchCheck> {
  const context = await contextOf(world, agent);
  const looked: string[] = [];
  const findings: ResearchFinding[] = [];
  for (const { run } of await listRuns(world.log, { agent, status: 'ok', limit })) {
    const answer = await answerOf(world, run);
    if (answer === undefined) continue;
    looked.push(run);
    findings.push(...(await findingsOf(context, run, answer.text)));
  }
  const pages = await checkPages(context);
  return { looked: [...looked, ...pages.looked], findings: [...findings, ...pages.findings] };
}

interface Context {
  readonly snapshot: AgentSnapshot;
  readonly format: ReturnType<typeof researchSettings>['format'];
  readonly reads: (path: string) => boolean;
}

async function contextOf(world: AgentWorld, agent: string): Promise<Context> {
  const { log, folder, disk, homeFolder } = world;
  const snapshot = await openSnapshot(log, { agent, database: await log.at() });
  const text = async (path: string) => (await snapshot.read(path)) ?? '';
  const { settings } = await readModelOf(snapshot);
  const origin = {
    agent,
    folder: `${folder.root}/${snapshot.path}`.replace(/\/$/, ''),
    homeFolder,
  };
  const allowed = allowedPaths(parseToolsFile(await text('tools.md'), 'tools.md'), origin);
  return {
    snapshot,
    format: researchSettings(settings).format,
    reads: (path) => {
      const full = absolutePath(path, origin);
      return disk.exists(full) && mayRead(full, allowed, disk);
    },
  };
}

async function findingsOf(
  context: Context,
  where: string,
  text: string,
): Promise<readonly ResearchFinding[]> {
  const { missing, uncited } = await checkAnswer(text, context);
  return [
    ...missing.map((citation) => ({
      kind: 'missing-source' as const,
      where,
      text: citation.text,
    })),
    ...uncited.map((claim) => ({ kind: 'uncited-claim' as const, where, text: claim })),
  ];
}

/** The last words of a run, as they were recorded; `undefined` when nothing was. */
async function answerOf({ log }: AgentWorld, run: string) {
  const database = await log.at();
  const agent = await database.get(`run:${run}`, 'run/agent');
  let text: string | undefined;
  let isComputed = false;
  for await (const step of stepsOf(database, run)) {
    if (step.call?.operation !== 'model/generate' || step.outcome?.ok !== true) continue;
    const result = await resultOf(step, log);
    if (!isJsonObject(result) || typeof result['text'] !== 'string') continue;
    text = result['text'];
    isComputed = result['model'] === EMBEDDED_MODEL;
  }
  if (text === undefined || typeof agent !== 'string') return undefined;
  // A computation has no source: mathematics is exempt (atomic-runtime §18).
  return { agent, text: isComputed ? '' : text };
}

async function checkPages({ snapshot, reads }: Context): Promise<ResearchCheck> {
  const looked: string[] = [];
  const findings: ResearchFinding[] = [];
  for (const path of snapshot.paths) {
    if (!/^wiki\/[^/]+\.md$/.test(path) || path === 'wiki/INDEX.md') continue;
    const sources = sourcesOf((await snapshot.read(path)) ?? '', path);
    looked.push(path);
    const citations = sources.map((target) => ({ text: target, kind: 'file' as const, target }));
    for (const { found, text } of await checkSources(snapshot, citations, reads)) {
      if (found === 'missing') findings.push({ kind: 'missing-source', where: path, text });
    }
  }
  return { looked, findings };
}

/** The files a page says it was made from; a page that cannot be read is for `datum memory lint`. */
function sourcesOf(text: string, path: string): readonly string[] {
  try {
    return parseWikiPage(text, path).sources.filter((source) => /\.\w+$/.test(source));
  } catch (error) {
    if (error instanceof FolderError) return [];
    throw error;
  }
}

const noAnswer = (run: string): AgentError =>
  new AgentError({
    code: 'agent/no-answer',
    kind: 'usage',
    message: `no answer of a run ${run} is recorded here`,
    hint: 'list runs with: datum runs',
    data: { run },
  });
