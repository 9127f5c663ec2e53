import { AgentError } from '../error.ts';

/** Who may judge, in the order of preference (`recommended_judge` of judge.md). */
export interface JudgeCandidates {
  readonly crossFamily: readonly string[];
  readonly sameFamilyFallback: readonly string[];
}

export interface JudgeQuestion {
  /** The model that is judged. */
  readonly agentModel: string;
  /** The usual ones for the agent's model when absent. */
  readonly candidates?: JudgeCandidates;
  /** Whether a model can be asked from here; every one can when absent. */
  readonly reachable?: (model: string) => Promise<boolean>;
}

/**
 * The model that judges (atomic-runtime §15): the first reachable one of another family, else of the
 * same; the agent's own only when no other can be asked. Throws `agent/no-judge`.
 */
export async function chooseJudge(question: JudgeQuestion): Promise<string> {
  const { agentModel, reachable = async () => true } = question;
  const { crossFamily, sameFamilyFallback } = question.candidates ?? usualJudges(agentModel);
  const wanted = [...crossFamily, ...sameFamilyFallback];
  const others = wanted.filter((model) => model !== agentModel);
  const last = sameFamilyFallback.filter((model) => model === agentModel);
  for (const model of [...others, ...last]) {
    if (await reachable(model)) return model;
  }
  throw noJudge(agentModel, wanted);
}

/** Judges for an agent that names none (atomic-runtime §16). */
export function usualJudges(agentModel: string): JudgeCandidates {
  if (agentModel.startsWith('gpt-')) {
    const crossFamily = ['claude-haiku-4-5-20251001', 'claude-sonnet-4-6-20260101'];
    return { crossFamily, sameFamilyFallback: ['gpt-5-mini'] };
  }
  if (agentModel.startsWith('claude-')) {
    const crossFamily = ['gpt-5', 'gpt-5-mini', 'moonshot/kimi-2.6'];
    return { crossFamily, sameFamilyFallback: ['claude-haiku-4-5-20251001'] };
  }
  const crossFamily = ['claude-haiku-4-5-20251001', 'gpt-5-mini'];
  return { crossFamily, sameFamilyFallback: [] };
}

const noJudge = (agentModel: string, wanted: readonly string[]): AgentError =>
  new AgentError({
    code: 'agent/no-judge',
    kind: 'usage',
    message: `no model can judge ${agentModel} from here`,
    hint: `give a key for one of ${wanted.join(', ')}, or name another in evals/judge.md; datum models lists what is usable`,
    data: { agentModel, wanted },
  });
