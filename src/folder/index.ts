/** `folder`: the files people read and edit, byte for byte, and their way into facts and back. */

// The workshop.
export {
  type AgentConfig,
  type AgentConfigContent,
  newAgentConfig,
  parseAgentConfig,
  printAgentConfig,
  setAgentConfig,
} from './agent-config.ts';
export {
  type Capability,
  type CapabilityFile,
  parseCapabilityFile,
  printCapabilityFile,
  setCapability,
} from './capability-file.ts';
export { isDay } from './day.ts';
// What can go wrong.
export { FolderError, type Problem } from './error.ts';
// Files and facts in step.
export type {
  Adoption,
  AgentFolder,
  AppendResult,
  DocumentChange,
  DocumentConflict,
  EntriesTaken,
  Folder,
  FolderOptions,
  Generator,
  Mark,
  Marks,
  ReconcileReport,
  RestoreOptions,
  RestoreReport,
  StoredDocument,
  WriteDocumentOptions,
  WriteOptions,
  WriteResult,
} from './folder.ts';
// Text, Markdown, front matter and YAML blocks under every format.
export { type FrontMatter, parseFrontMatter, printFrontMatter, setField } from './front-matter.ts';
export { type GoalFile, parseGoalFile, printGoalFile } from './goal-file.ts';
export {
  CAP_ACTIONS,
  type CapAction,
  type CostGuardrails,
  defaultGuardrails,
} from './guardrails.ts';
// What happened.
export {
  appendToDay,
  type JournalDay,
  type JournalEntry,
  journalDayPath,
  newJournalDay,
  parseJournalDay,
  printJournalDay,
} from './journal-day.ts';
export { type JsonLine, type JsonLines, parseJsonLines } from './json-lines.ts';
export { type McpFile, type McpServer, parseMcpFile, printMcpFile } from './mcp-file.ts';
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
} from './memory-index.ts';
export {
  DEFAULT_MODEL,
  type ModelFile,
  parseModelFile,
  printModelFile,
  setDefaultModel,
  setGuardrail,
} from './model-file.ts';
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
} from './note.ts';
export {
  type NoteVersion,
  parseVersionFileName,
  redactVersion,
  versionFileName,
  versionsFolder,
} from './note-version.ts';
// The agent folder: who it is, what it may do and what it may cost.
export {
  type OperatingMode,
  PERSONA_FILES,
  type Persona,
  parsePersona,
  printPersona,
} from './persona.ts';
export { PythonFloat, type PythonJson, pythonJson } from './python-json.ts';
export { addDelegate, parseRoster, printRoster, type Roster } from './roster.ts';
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
} from './run-log.ts';
export {
  addBullet,
  type Bullet,
  bulletsOf,
  type Fence,
  fencesOf,
  isInside,
  type Section,
  sectionsOf,
} from './sections.ts';
export {
  appendLines,
  bare,
  lineAt,
  printSource,
  readSource,
  type SourceText,
  spliceLines,
} from './source-text.ts';
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
} from './task-board.ts';
export { parseToml, printToml, setToml, type TomlText, tomlLine } from './toml-text.ts';
export {
  type ManifestCategory,
  type ManifestEntry,
  NEW_TOOL_MANIFEST,
  parseToolManifest,
  printToolManifest,
  registerTool,
  type ToolManifest,
  unregisterTool,
} from './tool-manifest.ts';
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
} from './tools-file.ts';
export {
  NEW_TRAIL,
  parseTrail,
  printTrail,
  TRAIL_SECTIONS,
  type Trail,
  type TrailContent,
  type TrailSection,
  updateTrail,
} from './trail.ts';
export { parseWikiPage, printWikiPage, type WikiPage } from './wiki-page.ts';
export {
  appendWorkEntry,
  NEW_WORK_JOURNAL,
  type NewWorkEntry,
  parseWorkJournal,
  printWorkEntry,
  printWorkJournal,
  type WorkEntry,
  type WorkJournal,
} from './work-journal.ts';
export { printYamlMap, type YamlField, type YamlScalar } from './yaml-print.ts';
export { type ParsedYaml, parseYaml, setYaml, type YamlText } from './yaml-text.ts';
