import { decodeRegister, isRegisterFault, type RegisterInstruction } from '../decode.ts';
import type { Block, BlockEnd, Blocks } from './block.ts';
import { isCompiled } from './emit-instruction.ts';

const GUESSES_MAX = 4;

/** The constants a program may load into each register, wherever its instructions start. */
function constants(code: Uint8Array): ReadonlyMap<number, ReadonlySet<number>> {
  const found = new Map<number, Set<number>>();
  for (let pc = 0; pc < code.length; ) {
    const decoded = decodeRegister(code, pc);
    pc += isRegisterFault(decoded) ? 1 : decoded.size;
    if (isRegisterFault(decoded)) continue;
    const { name } = decoded.opcode;
    if (name !== 'MOVI' && name !== 'MOVI16') continue;
    const [register = 0, value = 0] = decoded.operands;
    const values = found.get(register) ?? new Set();
    found.set(register, values.add(value));
  }
  return found;
}

/** Finds the basic blocks reachable from address 0; nothing outside them is compiled. */
class BlockFinder {
  readonly #code: Uint8Array;
  #constants: ReadonlyMap<number, ReadonlySet<number>> | undefined;
  readonly #instructions = new Map<number, RegisterInstruction>();
  readonly #leaders = new Set<number>();
  readonly #entries = new Set<number>();
  readonly #pending: number[] = [];

  constructor(code: Uint8Array) {
    this.#code = code;
  }

  find(): Blocks {
    this.#enter(0);
    for (let pc = this.#pending.pop(); pc !== undefined; pc = this.#pending.pop()) this.#walk(pc);
    const blocks = new Map<number, Block>();
    for (const pc of this.#leaders) blocks.set(pc, this.#block(pc));
    return { blocks, entries: this.#entries, instructions: this.#instructions.size };
  }

  #enter(pc: number): void {
    if (pc < this.#code.length) this.#entries.add(pc);
    this.#lead(pc);
  }

  #lead(pc: number | undefined): void {
    if (pc === undefined || pc >= this.#code.length || this.#leaders.has(pc)) return;
    this.#leaders.add(pc);
    this.#pending.push(pc);
  }

  /** Decodes from a leader to the end of its run and notes the leaders it names. */
  #walk(leader: number): void {
    let pc = leader;
    while (pc < this.#code.length && !this.#instructions.has(pc)) {
      const decoded = decodeRegister(this.#code, pc);
      if (isRegisterFault(decoded)) return;
      pc += decoded.size;
      if (!isCompiled(decoded.opcode) && decoded.opcode.flow === 'next') {
        this.#enter(pc);
        return;
      }
      if (decoded.opcode.flow === 'stop') return;
      this.#instructions.set(decoded.pc, decoded);
      if (decoded.opcode.flow !== 'next') {
        this.#leadEnd(this.#end(decoded));
        return;
      }
    }
    // Another walk has been here: both must meet at the start of a block.
    if (pc !== leader) this.#lead(pc);
  }

  #leadEnd(end: BlockEnd): void {
    if (end.kind === 'leave' || end.kind === 'return') return;
    if (end.kind === 'call') this.#enter(end.instruction.pc + end.instruction.size);
    if (end.kind === 'branch' || end.kind === 'computed') this.#lead(end.otherwise);
    if (end.kind === 'computed') {
      for (const { target } of end.guesses) this.#lead(target);
    } else this.#lead(end.target);
  }

  #target(instruction: RegisterInstruction): number | undefined {
    const distance = instruction.operands.at(-1) ?? 0;
    const signed = instruction.opcode.name === 'LOOP' ? -distance : distance;
    const target = instruction.pc + instruction.size + signed;
    return target >= 0 && target <= this.#code.length ? target : undefined;
  }

  #end(instruction: RegisterInstruction): BlockEnd {
    const { flow } = instruction.opcode;
    const next = instruction.pc + instruction.size;
    if (flow === 'return') return { kind: 'return', instruction };
    if (flow === 'computed') {
      const guesses = this.#guesses(instruction, next);
      return { kind: 'computed', instruction, guesses, otherwise: next };
    }
    const target = this.#target(instruction);
    if (flow === 'branch') return { kind: 'branch', instruction, target, otherwise: next };
    if (target === undefined) return { kind: 'leave', pc: instruction.pc };
    return { kind: flow === 'call' ? 'call' : 'jump', instruction, target };
  }

  #guesses(instruction: RegisterInstruction, next: number) {
    const register = instruction.operands[1] ?? 0;
    this.#constants ??= constants(this.#code);
    return [...(this.#constants.get(register) ?? [])]
      .map((distance) => ({ distance, target: next + distance }))
      .filter(({ target }) => target >= 0 && target < this.#code.length)
      .slice(0, GUESSES_MAX);
  }

  #block(leader: number): Block {
    const body: RegisterInstruction[] = [];
    let pc = leader;
    for (;;) {
      const instruction = this.#instructions.get(pc);
      if (instruction === undefined) {
        return { pc: leader, body, end: { kind: 'leave', pc }, cycles: body.length, targets: [] };
      }
      if (instruction.opcode.flow !== 'next') {
        const end = this.#end(instruction);
        const cycles = body.length + (end.kind === 'leave' ? 0 : 1);
        return { pc: leader, body, end, cycles, targets: targetsOf(end) };
      }
      body.push(instruction);
      pc += instruction.size;
      if (this.#leaders.has(pc)) {
        const end: BlockEnd = { kind: 'next', target: pc };
        return { pc: leader, body, end, cycles: body.length, targets: [pc] };
      }
    }
  }
}

function targetsOf(end: BlockEnd): readonly number[] {
  if (end.kind === 'leave' || end.kind === 'return') return [];
  if (end.kind === 'next' || end.kind === 'jump' || end.kind === 'call') return [end.target];
  const targets = end.kind === 'branch' ? [end.target] : end.guesses.map(({ target }) => target);
  return [...targets, end.otherwise].filter((target) => target !== undefined);
}

/** The basic blocks of a program, from the addresses control can reach; for compiling only. */
export function findBlocks(code: Uint8Array): Blocks {
  return new BlockFinder(code).find();
}
