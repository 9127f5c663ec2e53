/** `agent`: a run, from the work item to its record, and what an agent may use on the way. */

export {
  type DelegateBatchOptions,
  type DelegateOptions,
  delegate,
  delegateParallel,
} from './delegate/delegate-call.ts';
export type { DelegateResult, Delegation } from './delegate/operations.ts';
export {
  type AppliedDream,
  applyDream,
  type DreamChoice,
  discardDream,
} from './dream/apply-dream.ts';

export { dream } from './dream/dream.ts';
export type { DreamRequest } from './dream/dream-setting.ts';
export {
  type DreamReview,
  type FiledDream,
  readDream,
  readDreams,
  reviewDream,
} from './dream/read-dreams.ts';
export { AgentError } from './error.ts';
export type { CaseResult, CaseSpend } from './evaluation/case-result.ts';
export { type EvalLines, readEvalLines } from './evaluation/eval-lines.ts';
export { type Evaluation, type EvaluationRequest, evaluateAgent } from './evaluation/evaluate.ts';
export {
  type EvalRate,
  type EvalRates,
  evalRates,
  RATE_KEYS,
  type RateKey,
  SUITES,
  suiteOf,
} from './evaluation/rates.ts';
export type { CaseFilter } from './evaluation/suite.ts';
export { explainRun } from './explain.ts';
export { capsItem, heldSettings } from './held-caps.ts';
export {
  type HelperBatchOptions,
  type HelperOptions,
  helperCall,
  helperCallParallel,
} from './helper/helper-call.ts';
export type { HelperAnswer, HelperRequest } from './helper/operations.ts';
export { askJudge, type Judgement, type JudgeRequest } from './judge/ask-judge.ts';
export {
  chooseJudge,
  type JudgeCandidates,
  type JudgeQuestion,
  usualJudges,
} from './judge/choose-judge.ts';
export { fillJudgeTemplate, type JudgeValues } from './judge/judge-template.ts';
export {
  askModel,
  type ModelWork,
  type ModelWorkOptions,
  withModelWork,
} from './judge/model-work.ts';
export { localTime } from './local-time.ts';
export { trustableServers } from './mcp/trustable-servers.ts';
export {
  type KeptVersion,
  type MemoryWrite,
  promoteNote,
  redactKept,
  settleContradictions,
  versionsOf,
} from './memory/change-memory.ts';
export { lintMemory } from './memory/lint.ts';
export { LINT_KINDS, type LintFinding } from './memory/lint-finding.ts';
export { type OpenContradiction, openContradictions } from './memory/open-contradictions.ts';
export { type Promotable, promotableNotes } from './memory/promotable.ts';
export {
  type Recalled,
  type RecallQuery,
  type Recollection,
  recallNotes,
} from './memory/recall.ts';
export { recallMemory } from './memory/recall-memory.ts';
export { type DispatchRequest, dispatchOutcome } from './outcome/dispatch-outcome.ts';
export type { OutcomeResult } from './outcome/outcome-record.ts';
export type { OutcomeRequest } from './outcome/outcome-work.ts';
export { resumeOutcome, runOutcome } from './outcome/run-outcome.ts';
export { previewRun, type RunPreview } from './preview.ts';
export type { ProgramMachine, ProgramTrust } from './program/machine.ts';
export type { LeftOut, Program } from './program/program.ts';
export { aboutProgram } from './program/program-about.ts';
export { isText, type ProgramFolder, readPrograms } from './program/read-programs.ts';
export { agentNamed } from './prompt/agent-name.ts';
export { assemblePrompt, type PromptSection, promptText, SECTION_RULE } from './prompt/assemble.ts';
export { modelWarnings } from './prompt/model-warnings.ts';
export { type FiledNote, readNotes } from './prompt/notes.ts';
export { type PromptSource, readModelOf, readPromptSource } from './prompt/prompt-source.ts';
export { readShelf, type Skill, type SkillProblem, type SkillShelf } from './prompt/skills.ts';
export { type AgentSnapshot, openSnapshot } from './prompt/snapshot.ts';
export {
  checkAgent,
  checkRun,
  type ResearchCheck,
  type ResearchFinding,
} from './research/check-research.ts';
export { resumeRun, runAgent } from './run.ts';
export {
  type AgentWorld,
  type RunOptions,
  type RunRequest,
  type RunResult,
  type RunSpend,
  type ToolCallRecord,
  TRIGGERS,
  type Trigger,
} from './run-options.ts';
export { type Savings, savingsOf } from './savings.ts';
export type { ReadFrom, RunStory, ToldDecision, ToldStep } from './story/story.ts';
export { type RunEvent, streamRun } from './stream.ts';
export { printDiff } from './text/unified-diff.ts';
export { defineTool, type Tool, type ToolCallContext, type ToolOptions } from './tool/tool.ts';
export { type TrustableSetting, trustableSettings } from './tool/trustable-settings.ts';
export { type ApplyRequest, applyTuning, type Handled } from './tuning/apply.ts';
export { decideTuning } from './tuning/decide.ts';
export { readReports } from './tuning/evidence.ts';
export {
  type LeftIdea,
  type Proposed,
  type ProposeRequest,
  proposeTuning,
} from './tuning/propose.ts';
