/** `agent`: a run, from the work item to its record, and what an agent may use on the way. */

export { AgentError } from './error.ts';
export { localTime } from './local-time.ts';
export { previewRun, type RunPreview } from './preview.ts';
export { assemblePrompt, type PromptSection, promptText, SECTION_RULE } from './prompt/assemble.ts';
export { type PromptSource, readPromptSource } from './prompt/prompt-source.ts';
export { type AgentSnapshot, openSnapshot } from './prompt/snapshot.ts';
export { resumeRun, runAgent } from './run.ts';
export {
  type AgentWorld,
  type RunOptions,
  type RunRequest,
  type RunResult,
  type ToolCallRecord,
  TRIGGERS,
  type Trigger,
} from './run-options.ts';
export { defineTool, type Tool, type ToolCallContext, type ToolOptions } from './tool/tool.ts';
