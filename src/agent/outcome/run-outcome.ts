import { join } from 'node:path';
import { DatumError } from '../../base/index.ts';
import { parseJudgeFile, printRunRecord, runLogPath, summaryOf } from '../../folder/index.ts';
import { usdOf } from '../../guard/index.ts';
import { roundUsd } from '../../model/index.ts';
import { logOutcomes, type OutcomeStatus } from '../../work/index.ts';
import { AgentError } from '../error.ts';
import { askJudge, type Judgement } from '../judge/ask-judge.ts';
import { chooseJudge } from '../judge/choose-judge.ts';
import { fillJudgeTemplate } from '../judge/judge-template.ts';
import { withModelWork } from '../judge/model-work.ts';
import { localTime } from '../local-time.ts';
import { readModelOf } from '../prompt/prompt-source.ts';
import { type AgentSnapshot, openSnapshot } from '../prompt/snapshot.ts';
import { runAgent } from '../run.ts';
import type { AgentWorld, RunOptions } from '../run-options.ts';
import { changedFiles, type Files, filesUnder } from './artifact.ts';
import { type DraftTask, draftPrompt, type Feedback } from './draft-prompt.ts';
import { type Draft, iterationOf, type OutcomeResult, printOutcome } from './outcome-record.ts';
import {
  isSatisfied,
  OUTCOME_JUDGE_TEMPLATE,
  type OutcomeVerdict,
  outcomeVerdict,
} from './outcome-verdict.ts';

/** What an agent shall bring about, and who says that it has. */
export interface OutcomeRequest extends DraftTask {
  readonly agent: string;
  /** At most so many drafts; 3 when absent, 1 to 20. */
  readonly iterationsMax?: number;
  /** Instead of the default model of model.md. */
  readonly model?: string;
  /** Instead of those of evals/judge.md. */
  readonly judge?: string;
}

interface Working {
  readonly world: AgentWorld;
  readonly request: OutcomeRequest;
  readonly options: RunOptions;
  readonly id: string;
  readonly judgeModel: string;
  readonly snapshot: AgentSnapshot;
  /** What lay in the output folder before. */
  readonly before: Files;
}

interface Ended {
  readonly status: OutcomeStatus;
  readonly explanation: string;
}

/**
 * Has an agent draft until a judge is satisfied, at most `iterationsMax` times (atomic-runtime §16).
 * A draft that is not good enough goes back with what is missing. Whatever the ending, the result is
 * written once, as a fact and as `outcomes/runs/<run>/result.json`, with all that was spent. Throws
 * `agent/bad-iterations`, `agent/no-judge` and `agent/lock-busy` before anything is spent.
 */
export async function runOutcome(
  world: AgentWorld,
  request: OutcomeRequest,
  options: RunOptions = {},
): Promise<OutcomeResult> {
  const { iterationsMax = 3 } = request;
  if (!Number.isInteger(iterationsMax) || iterationsMax < 1 || iterationsMax > 20) {
    throw badIterations(iterationsMax);
  }
  const started = localTime(world.clock.now(), world.zone);
  const working = await begin(world, request, options);
  const drafts: Draft[] = [];
  let feedback: Feedback | undefined;
  let ended: Ended | undefined;
  while (ended === undefined) {
    options.onStep?.(`draft ${drafts.length + 1} of at most ${iterationsMax}`);
    let draft: Draft;
    try {
      draft = await makeDraft(working, drafts.length + 1, feedback);
    } catch (error) {
      ended = brokenBy(error, { isFirst: drafts.length === 0, signal: options.signal });
      break;
    }
    drafts.push(draft);
    await recordDraft(working, draft);
    ended = endOf(draft, iterationsMax);
    const { judgement } = draft;
    if (judgement?.ok === true) {
      feedback = {
        draft: draft.iteration,
        text: textOf(working, draft),
        verdict: judgement.verdict,
      };
    }
  }
  return finish(working, { drafts, ended, iterationsMax, started: started.iso });
}

/** How the work ends when a draft breaks off with an error; one that is busy elsewhere began nothing. */
function brokenBy(
  error: unknown,
  { isFirst, signal }: { readonly isFirst: boolean; readonly signal: AbortSignal | undefined },
): Ended {
  if (!(error instanceof DatumError) || (isFirst && error.kind === 'busy')) throw error;
  const explanation = `${error.code}: ${error.message}`;
  return { status: signal?.aborted === true ? 'interrupted' : 'failed', explanation };
}

async function begin(
  world: AgentWorld,
  request: OutcomeRequest,
  options: RunOptions,
): Promise<Working> {
  const { agent, outputFolder } = request;
  const snapshot = await openSnapshot(world.log, { agent, database: await world.log.at() });
  const text = request.judge === undefined ? await snapshot.read('evals/judge.md') : undefined;
  const candidates =
    text === undefined ? undefined : parseJudgeFile(text, snapshot.inHome('evals/judge.md'));
  const { defaultModel } = await readModelOf(snapshot);
  const judgeModel =
    request.judge ??
    (await chooseJudge({
      agentModel: request.model ?? defaultModel,
      ...(candidates === undefined ? {} : { candidates }),
      ...(world.reachable === undefined ? {} : { reachable: world.reachable }),
    }));
  const [date, time] = localTime(world.clock.now(), world.zone).stamp.split('-');
  const id = `outcome-${date}-${time}-${Buffer.from(world.random.bytes(4)).toString('hex')}`;
  const before =
    outputFolder === undefined
      ? new Map()
      : filesUnder(world.disk, world.folder.root, outputFolder);
  return { world, request, options, id, judgeModel, snapshot, before };
}

/** One draft and its judgement; a cap that says no ends with what there is. */
async function makeDraft(
  working: Working,
  iteration: number,
  feedback: Feedback | undefined,
): Promise<Draft> {
  const { world, request, options, id } = working;
  const { agent, model } = request;
  const run = await runAgent(
    world,
    {
      agent,
      workItem: draftPrompt(request, feedback),
      trigger: 'outcome',
      writeCaptures: false,
      tree: id,
      ...(model === undefined ? {} : { model }),
    },
    options,
  );
  const timestamp = localTime(world.clock.now(), world.zone).iso;
  const artifact = artifactOf(working);
  const draft = { iteration, run, timestamp, ...(artifact === undefined ? {} : { artifact }) };
  if (run.status !== 'ok') return draft;
  try {
    return { ...draft, judgement: await judge(working, draft) };
  } catch (error) {
    if (!(error instanceof DatumError)) throw error;
    return { ...draft, judgeError: `${error.code}: ${error.message}` };
  }
}

/** The newest file that was written, a file that was rewritten among them. */
function artifactOf({ world, request, before }: Working): string | undefined {
  const { outputFolder } = request;
  if (outputFolder === undefined) return undefined;
  const { disk, folder } = world;
  const changed = changedFiles(before, filesUnder(disk, folder.root, outputFolder));
  const time = (path: string): number => disk.lstat(join(folder.root, path)).mtimeMs;
  return changed.toSorted((a, b) => time(b) - time(a))[0];
}

function textOf({ world }: Working, { run, artifact }: Draft): string {
  if (artifact === undefined) return run.text;
  return world.disk.readFile(join(world.folder.root, artifact)).toString('utf8');
}

function judge(working: Working, draft: Draft): Promise<Judgement<OutcomeVerdict>> {
  const { world, request, id, judgeModel, options } = working;
  const prompt = fillJudgeTemplate(OUTCOME_JUDGE_TEMPLATE, {
    description: request.description,
    rubric: request.rubric,
    draft: textOf(working, draft),
  });
  return withModelWork(
    world,
    {
      agent: request.agent,
      primitive: 'judgment',
      trigger: 'judgment',
      source: 'judge',
      summary: summaryOf(`draft ${draft.iteration}: ${request.description}`),
      parentRun: draft.run.run,
      tree: id,
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    },
    (work) => askJudge(work, { model: judgeModel, prompt, contract: outcomeVerdict }),
  );
}

/** How the work ends with a draft; `undefined` when there is to be another. */
function endOf(draft: Draft, iterationsMax: number): Ended | undefined {
  const { run, judgement, judgeError, iteration } = draft;
  if (run.status !== 'ok') {
    return { status: 'interrupted', explanation: run.reason ?? `the run was ${run.status}` };
  }
  if (judgement === undefined) {
    const isRefused = judgeError?.startsWith('guard/') === true;
    return { status: isRefused ? 'interrupted' : 'failed', explanation: judgeError ?? '' };
  }
  if (!judgement.ok) return { status: 'failed', explanation: `the judge: ${judgement.problem}` };
  const { verdict } = judgement;
  const { explanation } = verdict;
  if (verdict.rubric_contradicts_description) return { status: 'failed', explanation };
  if (isSatisfied(verdict)) return { status: 'satisfied', explanation };
  return iteration >= iterationsMax ? { status: 'max_iterations_reached', explanation } : undefined;
}

/** The line of a draft; what it cost is in the lines of its run and its judgement. */
async function recordDraft({ world, request, snapshot, id }: Working, draft: Draft): Promise<void> {
  const time = localTime(world.clock.now(), world.zone);
  const { agent_response: _, judge_response_raw: __, timestamp: ___, ...told } = iterationOf(draft);
  const { judgement, judgeError, run } = draft;
  const line = printRunRecord({
    ts: time.iso,
    runId: id,
    primitive: 'outcome_iteration',
    status: run.status === 'ok' ? 'ok' : 'skipped',
    summary: summaryOf(request.description),
    model: run.model,
    inputTokens: run.inputTokens,
    outputTokens: run.outputTokens,
    trigger: 'outcome_iteration',
    agentName: request.agent,
    extras: {
      ...told,
      satisfied: judgement?.ok === true && isSatisfied(judgement.verdict),
      ...(judgeError === undefined ? {} : { judge_error: judgeError }),
    },
  });
  const by = `agent:${request.agent}`;
  await world.folder.appendEntry(snapshot.inHome(runLogPath(time.day)), line, {
    by,
    why: { run: id },
  });
}

async function finish(
  working: Working,
  of: {
    readonly drafts: readonly Draft[];
    readonly ended: Ended;
    readonly iterationsMax: number;
    readonly started: string;
  },
): Promise<OutcomeResult> {
  const { world, request, id, snapshot, before } = working;
  const { drafts, ended, iterationsMax, started } = of;
  const { agent, description, rubric, outputFolder } = request;
  const outputFiles =
    outputFolder === undefined
      ? []
      : changedFiles(before, filesUnder(world.disk, world.folder.root, outputFolder));
  const last = drafts.at(-1);
  const result: OutcomeResult = {
    run: id,
    agent,
    description,
    rubric,
    iterationsMax,
    ...ended,
    drafts,
    text: last === undefined ? '' : textOf(working, last),
    outputFiles,
    costUsd: await spentOn(working, drafts),
    started,
    ended: localTime(world.clock.now(), world.zone).iso,
  };
  await logOutcomes(world.log).write(agent, {
    run: id,
    description,
    rubric,
    status: ended.status,
    explanation: ended.explanation,
    iterations: drafts.map(iterationOf),
    costUsd: result.costUsd,
    started,
    ended: result.ended,
    files: outputFiles,
  });
  const path = snapshot.inHome(`outcomes/runs/${id}/result.json`);
  const write = { by: `agent:${agent}`, why: { run: id }, ifHash: null };
  await world.folder.writeDocument(path, printOutcome(result), write);
  return result;
}

/** All that was spent for the outcome; the money of the home knows of drafts that broke off too. */
async function spentOn({ world, request, id }: Working, drafts: readonly Draft[]): Promise<number> {
  const told = drafts
    .map(iterationOf)
    .reduce(
      (usd, each) => usd + Number(each['agent_cost_usd']) + Number(each['judge_cost_usd']),
      0,
    );
  const tree = { scope: 'tree', usd: 0, action: 'alert' } as const;
  const spender = { agent: request.agent, run: id };
  const accounts = await world.budget?.standing(spender, { caps: [tree], warningThresholds: [] });
  return roundUsd(Math.max(told, usdOf(accounts?.[0]?.spent ?? 0)));
}

const badIterations = (given: number): AgentError =>
  new AgentError({
    code: 'agent/bad-iterations',
    kind: 'usage',
    message: `${given} is no number of drafts`,
    hint: 'allow 1 to 20 drafts',
    data: { given },
  });
