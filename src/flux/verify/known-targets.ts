import type { RegisterInstruction } from '../register/decode.ts';
import { type BlockGraph, buildBlocks, type KnownTargets } from './block-graph.ts';
import type { FlowNode } from './flow-node.ts';
import type { NodeList } from './read-nodes.ts';

const ROUNDS_MAX = 8;

/**
 * Finds where the jumps lead that take their distance from a register: the register was loaded with
 * a constant earlier in the same block, or once in the whole program, in its first block.
 * What is found adds code to what is reachable, so it is found again until nothing changes; a jump
 * whose register turns out to be written elsewhere stays unknown.
 */
export function knownTargets(list: NodeList<RegisterInstruction>): KnownTargets {
  const given = new Set<number>();
  let known: KnownTargets = new Map();
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const found = resolve(buildBlocks(list, known), given);
    for (const [pc, target] of known) {
      if (found.get(pc) === target) continue;
      given.add(pc);
      found.delete(pc);
    }
    if (found.size === known.size && [...found.keys()].every((pc) => known.has(pc))) return known;
    known = found;
  }
  return new Map();
}

function resolve(
  { nodes, blocks }: BlockGraph<RegisterInstruction>,
  given: ReadonlySet<number>,
): Map<number, number> {
  const found = new Map<number, number>();
  const global = constantsOfProgram(nodes, blocks[0]?.count ?? 0);
  for (const { first, count } of blocks) {
    const jump = nodes[first + count - 1];
    if (jump?.kind !== 'computed' || given.has(jump.pc)) continue;
    const register = jump.instruction?.operands[1] ?? 0;
    const distance =
      constantBefore(nodes.slice(first, first + count - 1), register) ?? global.get(register);
    if (distance !== undefined) found.set(jump.pc, jump.pc + jump.size + distance);
  }
  return found;
}

/** The constant that the nodes leave in a register; undefined when they leave anything else. */
function constantBefore(
  nodes: readonly FlowNode<RegisterInstruction>[],
  register: number,
): number | undefined {
  const last = nodes.findLast((node) => writes(node, register));
  return last === undefined ? undefined : loadedConstant(last);
}

/** Registers written once in the program, with a constant, in the block it starts with. */
function constantsOfProgram(
  nodes: readonly FlowNode<RegisterInstruction>[],
  firstBlock: number,
): ReadonlyMap<number, number> {
  const constants = new Map<number, number>();
  const several = new Set<number>();
  const seen = new Set<number>();
  for (const [index, node] of nodes.entries()) {
    for (const register of writtenRegisters(node)) {
      if (seen.has(register)) several.add(register);
      seen.add(register);
      const constant = loadedConstant(node);
      if (index < firstBlock && constant !== undefined) constants.set(register, constant);
    }
  }
  for (const register of several) constants.delete(register);
  return constants;
}

function loadedConstant({ name, instruction }: FlowNode<RegisterInstruction>): number | undefined {
  return name === 'MOVI' || name === 'MOVI16' ? instruction?.operands[1] : undefined;
}

const everyRegister: readonly number[] = Array.from({ length: 256 }, (_, index) => index);

function writtenRegisters(node: FlowNode<RegisterInstruction>): readonly number[] {
  if (node.name === 'RESET') return everyRegister;
  const { instruction } = node;
  if (instruction === undefined) return [];
  const written = instruction.operands.filter((_, index) => {
    const operand = instruction.opcode.operands[index];
    return operand?.file === 'int' && operand.role !== 'read';
  });
  return node.name === 'VER' ? [0, ...written] : written;
}

const writes = (node: FlowNode<RegisterInstruction>, register: number): boolean =>
  writtenRegisters(node).includes(register);
