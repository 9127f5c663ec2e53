import { decodeStack, isStackFault, type StackInstruction } from '../stack/decode.ts';
import type { Flow } from '../stack/isa.ts';
import { type FlowKind, type FlowNode, faultNode } from './flow-node.ts';

const kinds: Readonly<Record<Flow, FlowKind>> = {
  next: 'plain',
  stop: 'stop',
  jump: 'jump',
  branch: 'branch',
  call: 'call',
  return: 'return',
  suspend: 'suspend',
  spawn: 'fork',
};

/** The instruction of machine S at an address, as the verifier sees it. */
export function stackNode(code: Uint8Array, pc: number): FlowNode<StackInstruction> {
  const decoded = decodeStack(code, pc);
  if (isStackFault(decoded)) {
    const size = decoded.fault === 'truncated' ? code.length - pc : 1;
    return faultNode(pc, size, decoded.fault);
  }
  const { opcode, operands, size } = decoded;
  const operandOf = (role: string): number | undefined =>
    operands[opcode.operands.findIndex((operand) => operand.role === role)];
  const target = operandOf('target');
  const effect =
    opcode.effect === 'dynamic'
      ? // CAP_INVOKE takes as many as it says; RESUME leaves one more than the stack it restores.
        { pops: operandOf('count') ?? 0, pushes: 1 }
      : opcode.effect;
  return {
    pc,
    size,
    name: opcode.name,
    kind: kinds[opcode.flow],
    ...(target !== undefined && { target }),
    pops: effect.pops,
    pushes: effect.pushes,
    sharesStack: (operandOf('share') ?? 0) !== 0,
    needsHost: false,
    instruction: decoded,
  };
}
