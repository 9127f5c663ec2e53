/** `flux`: small programs an agent can trust: metered, sandboxed, equal on every machine. */

export { FluxError } from './error.ts';
export type {
  Ending,
  Host,
  HostMessage,
  MachineName,
  RunLimits,
  Trap,
  TrapKind,
} from './machine.ts';
export {
  decodeRegister,
  isRegisterFault,
  type RegisterDecodeFault,
  type RegisterInstruction,
} from './register/decode.ts';
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
export type {
  BasicBlock,
  DepthRange,
  Instruction,
  Routine,
  VerifiedProgram,
} from './verify/verified-program.ts';
