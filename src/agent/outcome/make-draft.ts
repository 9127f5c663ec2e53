import { join } from 'node:path';
import { DatumError } from '../../base/index.ts';
import { printRunRecord, runLogPath, summaryOf } from '../../folder/index.ts';
import { askJudge, type Judgement } from '../judge/ask-judge.ts';
import { fillJudgeTemplate } from '../judge/judge-template.ts';
import { withModelWork } from '../judge/model-work.ts';
import { localTime } from '../local-time.ts';
import { repeatUnsettled } from '../repeat-unsettled.ts';
import { resumeRun, runAgent } from '../run.ts';
import type { RunRequest, RunResult } from '../run-options.ts';
import { changedFiles, filesUnder } from './artifact.ts';
import { draftPrompt, type Feedback } from './draft-prompt.ts';
import { type Draft, iterationOf } from './outcome-record.ts';
import {
  isSatisfied,
  OUTCOME_JUDGE_TEMPLATE,
  type OutcomeVerdict,
  outcomeVerdict,
} from './outcome-verdict.ts';
import type { OutcomeWork } from './outcome-work.ts';

/** One draft and its judgement; a cap that says no ends with what there is. */
export async function makeDraft(
  work: OutcomeWork,
  iteration: number,
  feedback: Feedback | undefined,
): Promise<Draft> {
  const { world, request, id } = work;
  const { agent, model } = request;
  const run = await runDraft(work, {
    agent,
    workItem: draftPrompt(request, feedback),
    trigger: 'outcome',
    writeCaptures: false,
    tree: id,
    idempotencyKey: `${id}/${iteration}`,
    ...(model === undefined ? {} : { model }),
  });
  const timestamp = localTime(world.clock.now(), world.zone).iso;
  const artifact = artifactOf(work);
  const draft = { iteration, run, timestamp, ...(artifact === undefined ? {} : { artifact }) };
  if (run.status !== 'ok') return draft;
  try {
    return { ...draft, judgement: await judge(work, draft) };
  } catch (error) {
    // Whether the judge's answer was paid for is for a person to say.
    if (!(error instanceof DatumError) || error.code === 'effect/unknown-outcome') throw error;
    return { ...draft, judgeError: `${error.code}: ${error.message}` };
  }
}

/** The run of a draft; one that an earlier process began goes on, and one it completed is served. */
async function runDraft(
  { world, options, isResumed = false }: OutcomeWork,
  request: RunRequest,
): Promise<RunResult> {
  const { repeat: _, ...running } = options;
  if (!isResumed) return runAgent(world, request, running);
  let earlier: unknown;
  try {
    const run = await runAgent(world, request, running);
    if (run.replayedRun === undefined) return run;
    earlier = run.replayedRun;
  } catch (error) {
    const isBegun = error instanceof DatumError && error.code === 'agent/in-flight';
    earlier = isBegun ? error.data['run'] : undefined;
    if (typeof earlier !== 'string') throw error;
  }
  return resumeRun(world, String(earlier), options);
}

/** The newest file that was written, a file that was rewritten among them. */
function artifactOf({ world, request, before }: OutcomeWork): string | undefined {
  const { outputFolder } = request;
  if (outputFolder === undefined) return undefined;
  const { disk, folder } = world;
  const changed = changedFiles(before, filesUnder(disk, folder.root, outputFolder));
  const time = (path: string): number => disk.lstat(join(folder.root, path)).mtimeMs;
  return changed.toSorted((a, b) => time(b) - time(a))[0];
}

/** What a draft says: the file it wrote, else its answer. */
export function textOf({ world }: OutcomeWork, { run, artifact }: Draft): string {
  if (artifact === undefined) return run.text;
  return world.disk.readFile(join(world.folder.root, artifact)).toString('utf8');
}

async function judge(work: OutcomeWork, draft: Draft): Promise<Judgement<OutcomeVerdict>> {
  const { world, request, id, judgeModel, options, isResumed = false } = work;
  const judgment = `judgment-${id}-${draft.iteration}`;
  if (isResumed && options.repeat === true) await repeatUnsettled(world.log, judgment);
  const prompt = fillJudgeTemplate(OUTCOME_JUDGE_TEMPLATE, {
    description: request.description,
    rubric: request.rubric,
    draft: textOf(work, draft),
  });
  return withModelWork(
    world,
    {
      id: judgment,
      agent: request.agent,
      primitive: 'judgment',
      trigger: 'judgment',
      source: 'judge',
      summary: summaryOf(`draft ${draft.iteration}: ${request.description}`),
      parentRun: draft.run.run,
      tree: id,
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    },
    (asking) => askJudge(asking, { model: judgeModel, prompt, contract: outcomeVerdict }),
  );
}

/** The line of a draft; what it cost is in the lines of its run and its judgement. */
export async function recordDraft(
  { world, request, snapshot, id }: OutcomeWork,
  draft: Draft,
): Promise<void> {
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
