import { parseJudgeFile } from '../../folder/index.ts';
import { chooseJudge } from '../judge/choose-judge.ts';
import { localTime } from '../local-time.ts';
import { readModelOf } from '../prompt/prompt-source.ts';
import { type AgentSnapshot, openSnapshot } from '../prompt/snapshot.ts';
import type { AgentWorld, RunOptions } from '../run-options.ts';
import { type Files, filesUnder } from './artifact.ts';
import type { DraftTask } from './draft-prompt.ts';

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

/** An outcome that is being worked on. */
export interface OutcomeWork {
  readonly world: AgentWorld;
  readonly request: OutcomeRequest;
  readonly options: RunOptions & { readonly repeat?: boolean };
  readonly id: string;
  readonly judgeModel: string;
  readonly snapshot: AgentSnapshot;
  /** What lay in the output folder before. */
  readonly before: Files;
  /** ISO 8601. */
  readonly started: string;
  /** Another process began it, and may have begun the next draft. */
  readonly isResumed?: boolean;
}

/** Chooses the judge and looks at what lies in the output folder. Throws `agent/no-judge`. */
export async function beginWork(
  world: AgentWorld,
  request: OutcomeRequest,
  options: RunOptions,
): Promise<OutcomeWork> {
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
  const { stamp, iso: started } = localTime(world.clock.now(), world.zone);
  const [date, time] = stamp.split('-');
  const id = `outcome-${date}-${time}-${Buffer.from(world.random.bytes(4)).toString('hex')}`;
  const before =
    outputFolder === undefined
      ? new Map()
      : filesUnder(world.disk, world.folder.root, outputFolder);
  return { world, request, options, id, judgeModel, snapshot, before, started };
}
