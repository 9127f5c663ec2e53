import { usdOf } from '../../guard/index.ts';
import { roundUsd } from '../../model/index.ts';
import { logOutcomes } from '../../work/index.ts';
import { localTime } from '../local-time.ts';
import { changedFiles, filesUnder } from './artifact.ts';
import { textOf } from './make-draft.ts';
import type { OutcomeEnding } from './outcome-ending.ts';
import { type Draft, iterationOf, type OutcomeResult, printOutcome } from './outcome-record.ts';
import type { OutcomeWork } from './outcome-work.ts';

/** Writes the result of an outcome, as a fact and as `outcomes/runs/<run>/result.json`. */
export async function finishOutcome(
  work: OutcomeWork,
  of: {
    readonly drafts: readonly Draft[];
    readonly ended: OutcomeEnding;
    readonly iterationsMax: number;
  },
): Promise<OutcomeResult> {
  const { world, request, id, snapshot, before, started } = work;
  const { drafts, ended, iterationsMax } = of;
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
    text: last === undefined ? '' : textOf(work, last),
    outputFiles,
    costUsd: await spentOn(work, drafts),
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
async function spentOn(
  { world, request, id }: OutcomeWork,
  drafts: readonly Draft[],
): Promise<number> {
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
