import { fluxLimits } from '../limits.ts';
import type { RegisterInstruction } from '../register/decode.ts';
import type { StackInstruction } from '../stack/decode.ts';
import type { BlockGraph } from './block-graph.ts';
import { type FindingList, printAddress } from './finding.ts';
import type { FlowNode } from './flow-node.ts';

/** Address of the last 32-bit cell of memory. */
const LAST_CELL = fluxLimits.memoryBytes - 4;

/** SYS 0 to 3 print; any other number traps. */
const LAST_SERVICE = 3;

function reportAddress(
  findings: FindingList,
  severity: 'error' | 'warning',
  at: { readonly pc: number; readonly name: string; readonly address: number },
): void {
  const { pc, name, address } = at;
  const message = `${printAddress(pc)}: ${name} at address ${address} is outside memory (0 to ${LAST_CELL})`;
  findings.add(severity, 'memory-address', { pc, message });
}

function reportZero(findings: FindingList, { pc, name }: FlowNode): void {
  const message = `${printAddress(pc)}: ${name} divides by the constant zero`;
  findings.add('warning', 'division-by-zero', { pc, message });
}

const isOutside = (address: number): boolean => address < 0 || address > LAST_CELL;

/** Reports addresses and divisors of machine S that are constants and certain to trap. */
export function checkStackConstants(
  { nodes, blocks }: BlockGraph<StackInstruction>,
  findings: FindingList,
): void {
  for (const { first, count } of blocks) {
    // What is known of the top of the stack; what lies deeper is not.
    let stack: (number | undefined)[] = [];
    for (const node of nodes.slice(first, first + count)) {
      const { pc, name, pops, pushes, instruction } = node;
      const operand = instruction?.operands[0];
      const top = stack.at(-1);
      if ((name === 'LOAD' || name === 'STORE') && operand !== undefined && isOutside(operand)) {
        reportAddress(findings, 'error', { pc, name, address: operand });
      }
      const address = name === 'PEEK' ? top : name === 'POKE' ? stack.at(-2) : undefined;
      if (address !== undefined && isOutside(address)) {
        reportAddress(findings, 'warning', { pc, name, address });
      }
      if ((name === 'DIV' || name === 'MOD') && top === 0) reportZero(findings, node);
      if (name === 'DUP') stack.push(top);
      else {
        stack = stack.slice(0, Math.max(0, stack.length - pops));
        for (let index = 0; index < pushes; index += 1) {
          stack.push(name === 'PUSH' ? operand : undefined);
        }
      }
    }
  }
}

/** Reports addresses and divisors of machine R that are constants and certain to trap. */
export function checkRegisterConstants(
  { nodes, blocks }: BlockGraph<RegisterInstruction>,
  findings: FindingList,
): void {
  for (const { first, count } of blocks) {
    const registers = new Map<number, number>();
    for (const node of nodes.slice(first, first + count)) {
      checkRegisterNode(node, registers, findings);
      const { name, instruction } = node;
      if (name === 'RESET') registers.clear();
      if (name === 'VER') registers.delete(0);
      for (const [index, value] of (instruction?.operands ?? []).entries()) {
        const operand = instruction?.opcode.operands[index];
        if (operand?.file === 'int' && operand.role !== 'read') registers.delete(value);
      }
      const [register, constant] = instruction?.operands ?? [];
      const loads = name === 'MOVI' || name === 'MOVI16';
      if (loads && register !== undefined && constant !== undefined) {
        registers.set(register, constant);
      }
    }
  }
}

function checkRegisterNode(
  node: FlowNode<RegisterInstruction>,
  registers: ReadonlyMap<number, number>,
  findings: FindingList,
): void {
  const { pc, name, instruction } = node;
  const [, second = 0, third = 0] = instruction?.operands ?? [];
  if (name === 'SYS' && (instruction?.operands[0] ?? 0) > LAST_SERVICE) {
    const message = `${printAddress(pc)}: SYS has the services 0 to ${LAST_SERVICE} only`;
    findings.add('warning', 'unimplemented', { pc, message });
  }
  const base = registers.get(second);
  const index = registers.get(third);
  if ((name === 'DIV' || name === 'MOD') && index === 0) reportZero(findings, node);
  let address: number | undefined;
  if ((name === 'LOADOFF' || name === 'STOREOF') && base !== undefined) address = base + third;
  if ((name === 'LOAD' || name === 'STORE') && base !== undefined && index !== undefined) {
    address = base + index;
  }
  if (address !== undefined && isOutside(address)) {
    reportAddress(findings, 'warning', { pc, name, address });
  }
}
