/** `effect`: the one way to touch the world, and the handlers that stand around it. */

export { EffectError, type Failure, failureData, failureOf } from './error.ts';
export {
  type Call,
  type Handler,
  type Next,
  type Place,
  places,
  type Step,
  type StepEnding,
  type StepOpening,
} from './handler.ts';
export { type CacheOptions, cache } from './handlers/cache.ts';
export { dryRun, type Mock, mock } from './handlers/dry-run.ts';
export { type IdempotencyOptions, idempotency } from './handlers/idempotency.ts';
export { type LimitOptions, limit } from './handlers/limit.ts';
export { redact } from './handlers/redact.ts';
export { type Redactor, type RedactorOptions, redactor } from './handlers/redactor.ts';
export { type RetryOptions, retry } from './handlers/retry.ts';
export { isCardNumber, type PatternName } from './handlers/secret-patterns.ts';
export { type Span, trace } from './handlers/trace.ts';
export { clockNow, clockSleep, liveClock } from './live/clock.ts';
export {
  bytesTag,
  type Content,
  content,
  contentBytes,
  contentForm,
  contentOf,
} from './live/content.ts';
export type { Timer } from './live/deadline.ts';
export { type Environment, environmentRead, liveEnvironment } from './live/environment.ts';
export { type FilesOptions, liveFiles } from './live/file/files.ts';
export {
  fileList,
  fileMakeFolder,
  fileMove,
  fileRead,
  fileRemove,
  fileStat,
  fileWrite,
} from './live/file/operations.ts';
export { type Access, type Root, type Roots, rootsOn } from './live/file/roots.ts';
export { isPublicAddress } from './live/http/address.ts';
export { retryAfter } from './live/http/failures.ts';
export { type HttpOptions, liveHttp } from './live/http/http.ts';
export { httpRequest } from './live/http/operation.ts';
export {
  type Resolve,
  systemResolve,
  systemTransport,
  type Transport,
  type TransportRequest,
  type TransportResponse,
} from './live/http/transport.ts';
export { locateCommand, notStarted } from './live/process/locate-command.ts';
export { processRun } from './live/process/operation.ts';
export {
  endGroup,
  headEnded,
  killGroup,
  type ProgramStart,
  startGroup,
} from './live/process/process-group.ts';
export { liveProcesses, type ProcessesOptions } from './live/process/processes.ts';
export { type ProcessRequest, type ProcessResult, runProcess } from './live/process/run-process.ts';
export { liveRandom, randomBytes, randomId, randomUniform } from './live/random.ts';
export { answer, type Clause, liveHandler } from './live-handler.ts';
export {
  defineOperation,
  type EffectKind,
  type Operation,
  type OperationOptions,
} from './operation.ts';
export {
  apart,
  currentStack,
  type PerformOptions,
  perform,
  unguarded,
  within,
  without,
} from './perform.ts';
export { inParallel } from './recording/parallel.ts';
export { openRecorder, type Recorder } from './recording/recorder.ts';
export type { RecordOptions } from './recording/run-record.ts';
export { type Stored, shelve, unshelve } from './recording/shelf.ts';
export {
  type RecordedCall,
  type RecordedOutcome,
  type RecordedStep,
  readStep,
  stepEntity,
} from './recording/step-facts.ts';
export {
  argsOf,
  resultOf,
  type Settlement,
  settleStep,
  stepsOf,
  unsettledSteps,
} from './recording/steps.ts';
export { refuseStrangers } from './recording/strangers.ts';
export type { Entry as FirstEntry } from './recording/unwritten.ts';
export { type WrittenWhole, writtenArguments } from './recording/written.ts';
export { type Stack, stackOf, uncoveredOperations } from './stack.ts';
