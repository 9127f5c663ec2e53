import { decodeRegister, isRegisterFault, type RegisterInstruction } from '../register/decode.ts';
import { type RegisterFlow, registerOpcode } from '../register/isa.ts';
import { type FlowKind, type FlowNode, faultNode } from './flow-node.ts';

const kinds: Readonly<Record<RegisterFlow, FlowKind>> = {
  next: 'plain',
  stop: 'stop',
  jump: 'jump',
  branch: 'branch',
  call: 'call',
  return: 'return',
  computed: 'computed',
};

/** The instruction of machine R at an address, as the verifier sees it. */
export function registerNode(code: Uint8Array, pc: number): FlowNode<RegisterInstruction> {
  const decoded = decodeRegister(code, pc);
  if (isRegisterFault(decoded)) {
    const size = decoded.fault === 'unknown' ? 1 : (registerOpcode(code[pc] ?? 0)?.size ?? 1);
    return faultNode(pc, Math.min(size, code.length - pc), decoded.fault);
  }
  const { opcode, operands, size } = decoded;
  const kind = kinds[opcode.flow];
  const end = pc + size;
  const index = opcode.operands.findIndex(({ role }) => role === 'forward' || role === 'backward');
  const distance = operands[index];
  const isBackward = opcode.operands[index]?.role === 'backward';
  // The return address that CALL pushes and RET pops is the routine's own and not counted.
  const moves = kind === 'call' || kind === 'return' ? 0 : opcode.stack;
  return {
    pc,
    size,
    name: opcode.name,
    kind,
    ...(distance !== undefined && { target: isBackward ? end - distance : end + distance }),
    pops: moves < 0 ? 1 : 0,
    pushes: moves > 0 ? 1 : 0,
    sharesStack: false,
    needsHost: opcode.status === 'host',
    instruction: decoded,
  };
}
