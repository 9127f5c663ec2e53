/**
 * What a program that works with agents needs: open a home, run its agents, read and state facts,
 * declare effects and tools. Each room is an entry of its own as well (`datum/fact`, `datum/flux`).
 */
export {
  defineTool,
  type RunEvent,
  type RunOptions,
  type RunRequest,
  type RunResult,
  type Tool,
  type ToolOptions,
} from './agent/index.ts';
export { DatumError, type Json, type JsonObject, type Micros } from './base/index.ts';
export {
  defineOperation,
  type Handler,
  liveHandler,
  type Operation,
  perform,
  within,
  without,
} from './effect/index.ts';
export {
  type Database,
  type Datom,
  type FactInput,
  type Log,
  openLog,
  type Point,
  type TransactOptions,
  type TransactResult,
} from './fact/index.ts';
export {
  type AgentDoor,
  type BootReport,
  boot,
  type Home,
  type OpenHomeOptions,
  openHome,
} from './home/index.ts';
export { verifyLog } from './proof/index.ts';
export { z } from './spec/index.ts';
