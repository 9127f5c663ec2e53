/** `flux`: small programs an agent can trust: metered, sandboxed, equal on every machine. */

export {
  type AssembleOptions,
  type Assembly,
  assemble,
  readAssembly,
} from './assembly/assemble.ts';
export { isContainer, packProgram, unpackProgram } from './assembly/container.ts';
export { detectMachine, possibleMachines } from './assembly/detect.ts';
export { type DisassembleOptions, disassemble } from './assembly/disassemble.ts';
export type { FluxDocument, SourceLine } from './assembly/document.ts';
export { parseHex, toHex } from './assembly/hex.ts';
export { instructionText, type ListedLine, listCode, printListing } from './assembly/listing.ts';
export { loadHex, loadProgram } from './assembly/load.ts';
export { type Problem, printProblem } from './assembly/problem.ts';
export { bareProgram, type Program } from './assembly/program.ts';
export { adapterRuntime } from './conformance/adapter.ts';
export type { Agreement } from './conformance/agreement.ts';
export type { CaseResult } from './conformance/case-result.ts';
export { type ConformanceOptions, runConformance } from './conformance/conformance.ts';
export type { Observed } from './conformance/observed.ts';
export { printCase, printConformance, printUpstream } from './conformance/print-report.ts';
export type { ConformanceReport, RuntimeReport } from './conformance/report.ts';
export { conformanceJson } from './conformance/report-json.ts';
export { type Finished, type RunCommand, runProcess } from './conformance/run-process.ts';
export { compiledRuntime, interpreterRuntime, type Runtime } from './conformance/runtime.ts';
export { builtinSuite, parseSuite, type SuiteName, suiteNames } from './conformance/suites.ts';
export { tierGates, tierOf, tiers } from './conformance/tier.ts';
export { runUpstream } from './conformance/upstream.ts';
export type { Expectation, Suite, Vector } from './conformance/vector.ts';
export type { Explained, UpstreamReport } from './conformance/verdicts.ts';
export { type DebugAnswer, debugCommand, debugHelp } from './debug/console.ts';
export type { MachineView } from './debug/driver.ts';
export { DebugSession, type Stop, type Watch } from './debug/session.ts';
export {
  printTraceEntry,
  type Trace,
  type TraceEntry,
  type TraceOptions,
  traceEntryJson,
  traceProgram,
} from './debug/trace.ts';
export { FluxError } from './error.ts';
export {
  type Evolution,
  type EvolveOptions,
  evolve,
  evolveDefaults,
  type Progress,
  type Winner,
} from './evolve/evolve.ts';
export { readTarget, type Target, type TargetCase } from './evolve/target.ts';
export { namedTargets } from './evolve/targets.ts';
export { printGenome, winnerFile } from './evolve/winner-file.ts';
export { fluxLimits } from './limits.ts';
export type {
  DataSegment,
  Ending,
  Host,
  HostMessage,
  MachineName,
  RunLimits,
  Trap,
  TrapKind,
} from './machine.ts';
export {
  checkProgramFile,
  loadProgramFile,
  type ProgramExpectation,
  type ProgramFile,
  readProgramFile,
} from './program-file.ts';
export {
  decodeRegister,
  isRegisterFault,
  type RegisterDecodeFault,
  type RegisterInstruction,
} from './register/decode.ts';
export { interpret as interpretRegister } from './register/interpret.ts';
export {
  formatSizes,
  type RegisterFlow,
  type RegisterFormat,
  type RegisterOpcode,
  type RegisterOperand,
  type RegisterOperandRole,
  type RegisterStatus,
  registerOpcode,
  registerOpcodeNamed,
  registerOpcodes,
} from './register/isa.ts';
export {
  copyRegisterMachine,
  type RegisterMachine,
  type RegisterStart,
  registerMachine,
} from './register/machine.ts';
export { type RegisterResult, registerResult, runRegister } from './register/run.ts';
export { checkProgram, type ProgramStart, type RunResult, runProgram } from './run-program.ts';
export { hasSucceeded, printResult, resultJson } from './run-report.ts';
export type { StackContinuation } from './stack/continuation.ts';

export {
  decodeStack,
  isStackFault,
  type StackDecodeFault,
  type StackInstruction,
} from './stack/decode.ts';
export {
  baseOpcodes,
  ESCAPE,
  escapeOpcodes,
  type FlagGroup,
  type Flow,
  type Operand,
  type OperandRole,
  type OperandType,
  operandWidth,
  type StackEffect,
  type StackOpcode,
  stackEscape,
  stackOpcode,
  stackOpcodeNamed,
  type Tier,
} from './stack/isa.ts';
export { StackMachine, type StackStart, stackMachine } from './stack/machine.ts';
export { StackProgram } from './stack/program.ts';
export type { Awaited, StackResult } from './stack/result.ts';
export type { StackResume } from './stack/resume.ts';
export { resumeStack, runStack, type StackPath } from './stack/run.ts';
export type { StackFrame } from './stack/state.ts';
export {
  formatValue,
  parseValue,
  stackValue,
  type Value,
  type ValueInput,
  type ValueKind,
} from './stack/value.ts';
export { type Answer, printAnswer } from './think/answer.ts';
export { thinkExamples } from './think/question/nearest.ts';
export type { MachineRun, Outcome } from './think/run.ts';
export {
  type CompiledQuestion,
  compileQuestion,
  type ThinkOptions,
  type Thought,
  think,
  thinkLimits,
  type Verdict,
} from './think/think.ts';
export { checkTranslation, type TranslationCheck } from './translate/check-translation.ts';
export { type EncodingName, runtimeEncodings } from './translate/runtime/runtimes.ts';
export {
  type RuntimeOptions,
  type RuntimeTranslation,
  runtimeCoverage,
  translateRuntime,
} from './translate/runtime/translate-runtime.ts';
export {
  type Comparison,
  type ComparisonStart,
  compareTranslation,
  translate,
} from './translate/translate.ts';
export type { Correspondence, TranslateOptions, Translation } from './translate/translation.ts';
export type { Finding, FindingCode } from './verify/finding.ts';
export { printReport, reportJson } from './verify/print-report.ts';
export { type ReportedLine, type ValidationReport, validate } from './verify/report.ts';
export {
  type Compatibility,
  coreOpcodes,
  type RuntimeName,
  runtimeOpcodes,
} from './verify/runtimes.ts';
export type {
  BasicBlock,
  DepthRange,
  Instruction,
  Routine,
  VerifiedProgram,
} from './verify/verified-program.ts';
export {
  refusal,
  type Verification,
  type VerifyOptions,
  verified,
  verify,
} from './verify/verify.ts';
