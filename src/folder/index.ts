/** `folder`: the files people read and edit, byte for byte, and their way into facts and back. */

export {
  agentFolders,
  folderOfFact,
  knownAgents,
  nameOfFolder,
  personaName,
} from './agent-folder.ts';
export { type CascadeFolders, cascadeFolders } from './cascade.ts';
// What can go wrong.
export { entryText } from './entry-facts.ts';
export { FolderError, type Problem } from './error.ts';
export { type FileKind, fileKind } from './file-kind.ts';
// Files and facts in step.
export type {
  Adoption,
  AgentFolder,
  AppendResult,
  DocumentChange,
  DocumentConflict,
  DocumentWrite,
  EntriesTaken,
  EntryAppend,
  Folder,
  FolderOptions,
  Generator,
  ReconcileReport,
  RestoreOptions,
  RestoreReport,
  StoredDocument,
  WriteDocumentOptions,
  WriteOptions,
  WriteResult,
} from './folder.ts';
// The workshop.
export {
  type AgentConfig,
  type AgentConfigContent,
  newAgentConfig,
  parseAgentConfig,
  printAgentConfig,
  setAgentConfig,
} from './format/agent-config.ts';
export {
  type Capability,
  type CapabilityFile,
  parseCapabilityFile,
  printCapabilityFile,
  setCapability,
} from './format/capability-file.ts';
export { isDay } from './format/day.ts';
export {
  DREAM_STATES,
  type DreamChange,
  type DreamManifest,
  type DreamState,
  isDreamId,
  parseDreamManifest,
  printDreamManifest,
} from './format/dream-manifest.ts';
// What is measured.
export {
  dayOfEvalRun,
  EVAL_VERDICTS,
  type EvalLine,
  type EvalVerdict,
  evalRunPath,
  parseEvalRun,
  printEvalLine,
} from './format/eval-line.ts';
// Text, Markdown, front matter and YAML blocks under every format.
export {
  type FrontMatter,
  parseFrontMatter,
  printFrontMatter,
  setField,
} from './format/front-matter.ts';
export {
  addGoalHistory,
  appendSubGoal,
  type GoalFile,
  parseGoalFile,
  printGoalFile,
  setGoalField,
  setSubGoal,
} from './format/goal-file.ts';
export {
  CASE_CATEGORIES,
  type CaseCategory,
  type Criterion,
  type ExpectedFact,
  type GoldenCase,
  parseGoldenCase,
  printGoldenCase,
} from './format/golden-case.ts';
export {
  CAP_ACTIONS,
  type CapAction,
  type CostGuardrails,
  defaultGuardrails,
} from './format/guardrails.ts';
// What happened.
export {
  appendToDay,
  type JournalDay,
  type JournalEntry,
  journalDayPath,
  newJournalDay,
  parseJournalDay,
  printJournalDay,
} from './format/journal-day.ts';
export { type JsonLine, type JsonLines, parseJsonLines } from './format/json-lines.ts';
export { type JudgeFile, parseJudgeFile, printJudgeFile } from './format/judge-file.ts';
export { type McpFile, type McpServer, parseMcpFile, printMcpFile } from './format/mcp-file.ts';
// Memory.
export {
  emptyIndex,
  generateIndex,
  type IndexEntry,
  type IndexedNote,
  indexNote,
  type MemoryIndex,
  parseMemoryIndex,
  printMemoryIndex,
  sectionOfType,
  unindexNote,
} from './format/memory-index.ts';
export {
  DEFAULT_MODEL,
  type ModelFile,
  parseModelFile,
  printModelFile,
  setDefaultModel,
  setGuardrail,
} from './format/model-file.ts';
export {
  appendToBody,
  CONFIDENCES,
  type Confidence,
  changeNote,
  DESCRIPTION_LENGTH_MAX,
  isNoteFileName,
  NAME_LENGTH_MAX,
  NOTE_TYPES,
  type Note,
  type NoteChange,
  type NoteContent,
  type NoteType,
  newNote,
  noteFileName,
  parseNote,
  printNote,
} from './format/note.ts';
export {
  type NoteVersion,
  parseVersionFileName,
  redactVersion,
  versionFileName,
  versionsFolder,
} from './format/note-version.ts';
export type { ParsedYaml, YamlText } from './format/parsed-yaml.ts';
// The agent folder: who it is, what it may do and what it may cost.
export {
  type OperatingMode,
  PERSONA_FILES,
  type Persona,
  parsePersona,
  printPersona,
} from './format/persona.ts';
export { PythonFloat, type PythonJson, pythonJson } from './format/python-json.ts';
export { addDelegate, parseRoster, printRoster, type Roster } from './format/roster.ts';
export { type HardFail, parseRubric, printRubric, type Rubric } from './format/rubric.ts';
export {
  dayOfRunLog,
  isActorCost,
  isPrimary,
  parseRunLog,
  printRunRecord,
  type RunLine,
  type RunLog,
  type RunRecord,
  readRecord,
  runLogPath,
  summaryOf,
} from './format/run-log.ts';
export { type ProcessSetting, processSetting } from './format/sandbox-setting.ts';
export { parseScheduleFile, type Schedule, type ScheduleFile } from './format/schedule-file.ts';
export {
  addBullet,
  type Bullet,
  bulletsOf,
  type Fence,
  fencesOf,
  isInside,
  type Section,
  sectionsOf,
} from './format/sections.ts';
export {
  appendLines,
  bare,
  lineAt,
  printSource,
  readSource,
  type SourceText,
  spliceLines,
} from './format/source-text.ts';
export {
  addTask,
  BOARD_SECTIONS,
  type BoardTask,
  moveTask,
  NEW_TASK_BOARD,
  parseTaskBoard,
  printTaskBoard,
  type TaskBoard,
  tickTask,
} from './format/task-board.ts';
export { parseToml, printToml, setToml, type TomlText, tomlLine } from './format/toml-text.ts';
export {
  isToolName,
  parseToolDescriptor,
  printToolDescriptor,
  TOOL_ALLOWANCES,
  TOOL_TIMEOUT_SECONDS,
  type ToolAllowance,
  type ToolDescriptor,
} from './format/tool-descriptor.ts';
export {
  type ManifestCategory,
  type ManifestEntry,
  NEW_TOOL_MANIFEST,
  parseToolManifest,
  printToolManifest,
  registerTool,
  type ToolManifest,
  unregisterTool,
} from './format/tool-manifest.ts';
export {
  ACTION_CLASSES,
  type ActionClass,
  addToolsItem,
  parseToolsFile,
  printToolsFile,
  removeToolsItem,
  type ToolClass,
  type ToolsFile,
  type ToolsItem,
  type ToolsSection,
} from './format/tools-file.ts';
export { parseTrail, printTrail, type Trail, type TrailSection } from './format/trail.ts';
export {
  DECISIONS,
  type Decision,
  decideProposal,
  type Proposal,
  parseTuningReport,
  printTuningReport,
  TUNING_HISTORY,
  type TuningReport,
  tuningReportPath,
} from './format/tuning-report.ts';
export { parseWikiPage, printWikiPage, type WikiPage } from './format/wiki-page.ts';
export {
  appendWorkEntry,
  NEW_WORK_JOURNAL,
  type NewWorkEntry,
  parseWorkJournal,
  printWorkEntry,
  printWorkJournal,
  type WorkEntry,
  type WorkJournal,
} from './format/work-journal.ts';
export { printYamlMap, type YamlField, type YamlScalar } from './format/yaml-print.ts';
export { parseYaml, setYaml } from './format/yaml-text.ts';
export type { GitView } from './git-state.ts';
export { documentEntity } from './home-path.ts';
export { type Mark, type Marks, memoryMarks, openMarks } from './marks.ts';
export { memoryIndexGenerator } from './memory-index-generator.ts';
export { openFolder } from './open-folder.ts';
// Runs and what they cost.
export { countRuns, type ListedRun, listRuns, type RunListQuery } from './run-list.ts';
export type { RunQuery } from './run-query.ts';
export { dearestRuns, type RunSpend, type Spend, type SpendKey, spendBy } from './run-spend.ts';
export { runTable } from './run-table.ts';
export { type FolderWatch, type WatchOptions, watchFolder } from './watch.ts';
