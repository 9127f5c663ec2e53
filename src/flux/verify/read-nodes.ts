import { registerOpcode } from '../register/isa.ts';
import { type FindingList, printAddress } from './finding.ts';
import type { FlowNode, NodeReader } from './flow-node.ts';
import type { Instruction } from './verified-program.ts';

/** Code read from its first byte to its last. */
export interface NodeList<I extends Instruction> {
  readonly nodes: readonly FlowNode<I>[];
  /** Index of the node that begins at an address, -1 where none does. */
  readonly indexAt: Int32Array;
}

/** Reads all code in one sweep; every instruction must begin where the one before it ends. */
export function readNodes<I extends Instruction>(
  code: Uint8Array,
  read: NodeReader<I>,
): NodeList<I> {
  const nodes: FlowNode<I>[] = [];
  const indexAt = new Int32Array(code.length).fill(-1);
  let pc = 0;
  while (pc < code.length) {
    const node = read(code, pc);
    indexAt[pc] = nodes.length;
    nodes.push(node);
    pc += node.size;
  }
  return { nodes, indexAt };
}

/** Reports bytes that are no instruction, and jumps that lead to none. */
export function checkNodes(
  code: Uint8Array,
  { nodes, indexAt }: NodeList<Instruction>,
  findings: FindingList,
): void {
  for (const node of nodes) {
    if (node.fault !== undefined) reportFault(code, node, findings);
    if (node.target !== undefined) reportTarget(node, node.target, { indexAt, findings });
  }
}

function reportFault(code: Uint8Array, { pc, fault }: FlowNode, findings: FindingList): void {
  const at = printAddress(pc);
  const byte = `0x${(code[pc] ?? 0).toString(16).toUpperCase().padStart(2, '0')}`;
  if (fault === 'truncated') {
    const message = `${at}: the code ends inside this instruction (${byte})`;
    findings.add('error', 'truncated', { pc, message });
  } else if (fault === 'unimplemented') {
    const name = registerOpcode(code[pc] ?? 0)?.name ?? byte;
    const message = `${at}: ${name} (${byte}) has a name but no meaning; no machine runs it`;
    findings.add('error', 'unimplemented', { pc, message });
  } else {
    findings.add('error', 'unknown-opcode', { pc, message: `${at}: unknown opcode ${byte}` });
  }
}

function reportTarget(
  { pc, name }: FlowNode,
  target: number,
  context: { readonly indexAt: Int32Array; readonly findings: FindingList },
): void {
  const { indexAt, findings } = context;
  const at = printAddress(pc);
  if (target < 0) {
    const message = `${at}: ${name} target ${target} is negative`;
    findings.add('error', 'target-out-of-range', { pc, message });
  } else if (target >= indexAt.length) {
    const message = `${at}: ${name} target ${printAddress(target)} exceeds bytecode length (${indexAt.length})`;
    findings.add('error', 'target-out-of-range', { pc, message });
  } else if (indexAt[target] === -1) {
    const message = `${at}: ${name} target ${printAddress(target)} is inside an instruction`;
    findings.add('error', 'target-inside-instruction', { pc, message });
  }
}
