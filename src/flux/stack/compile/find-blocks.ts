import { decodeStack, isStackFault, type StackInstruction } from '../decode.ts';
import type { Block, BlockEnd, Blocks } from './block.ts';

/** Instructions that reach beyond stack, memory and meters: the machine itself does them. */
const services: ReadonlySet<string> = new Set([
  ...['HALT', 'BREAK', 'SIGNAL', 'BROADCAST', 'LISTEN', 'AWAIT_CHANNEL'],
  ...['YIELD_IF_CONTENTION', 'PERSIST_CRITICAL_STATE', 'SLEEP_UNTIL', 'FUEL_SET'],
  ...['CAP_INVOKE', 'MEM_TAG', 'SANDBOX_ENTER', 'SANDBOX_EXIT', 'IDENTITY_GET'],
  ...['SUSPEND', 'RESUME', 'FORK', 'JOIN', 'CANCEL'],
]);

const nextOf = ({ pc, size }: StackInstruction): number => pc + size;
const targetOf = ({ operands }: StackInstruction): number => operands.at(-1) ?? 0;

/** Finds the basic blocks reachable from address 0; nothing outside them is compiled. */
class BlockFinder {
  readonly #code: Uint8Array;
  readonly #instructions = new Map<number, StackInstruction>();
  readonly #leaders = new Set<number>();
  readonly #entries = new Set<number>();
  readonly #pending: number[] = [];
  /** Return addresses of the calls of each routine, by its address. */
  readonly #calls = new Map<number, Set<number>>();

  constructor(code: Uint8Array) {
    this.#code = code;
  }

  find(): Blocks {
    this.#enter(0);
    for (let pc = this.#pending.pop(); pc !== undefined; pc = this.#pending.pop()) this.#walk(pc);
    const blocks = new Map<number, Block>();
    for (const pc of this.#leaders) blocks.set(pc, this.#block(pc));
    this.#joinReturns(blocks);
    return { blocks, entries: this.#entries, instructions: this.#instructions.size };
  }

  #enter(pc: number): void {
    this.#entries.add(pc);
    this.#lead(pc);
  }

  #lead(pc: number): void {
    if (pc >= this.#code.length || this.#leaders.has(pc)) return;
    this.#leaders.add(pc);
    this.#pending.push(pc);
  }

  /** Decodes from a leader to the end of its run and notes the leaders it names. */
  #walk(leader: number): void {
    const code = this.#code;
    const instructions = this.#instructions;
    let pc = leader;
    while (pc < code.length && !instructions.has(pc)) {
      const instruction = decodeStack(code, pc);
      if (isStackFault(instruction)) return;
      const { name, flow } = instruction.opcode;
      if (services.has(name)) {
        if (flow !== 'stop') this.#enter(nextOf(instruction));
        return;
      }
      instructions.set(pc, instruction);
      if (flow !== 'next') {
        this.#leadOn(instruction);
        return;
      }
      pc = nextOf(instruction);
    }
    // Another walk has been here: both must meet at the start of a block.
    if (pc !== leader) this.#lead(pc);
  }

  #leadOn(instruction: StackInstruction): void {
    const { flow } = instruction.opcode;
    if (flow === 'return') return;
    const [target, next] = [targetOf(instruction), nextOf(instruction)];
    this.#lead(target);
    if (flow !== 'jump') this.#lead(next);
    if (flow === 'call') this.#calls.set(target, (this.#calls.get(target) ?? new Set()).add(next));
  }

  #end(instruction: StackInstruction): BlockEnd {
    const { flow } = instruction.opcode;
    if (flow === 'return') return { kind: 'return', instruction, sites: [] };
    const [target, next] = [targetOf(instruction), nextOf(instruction)];
    if (flow === 'call') return { kind: 'call', instruction, target, back: next };
    if (flow === 'branch') return { kind: 'branch', instruction, target, otherwise: next };
    return { kind: 'next', target };
  }

  #block(leader: number): Block {
    const body: StackInstruction[] = [];
    let pc = leader;
    for (;;) {
      const instruction = this.#instructions.get(pc);
      if (instruction === undefined) return this.#leaving(leader, pc, body);
      const { flow } = instruction.opcode;
      if (flow !== 'next') {
        const end = this.#end(instruction);
        if (flow === 'jump') body.push(instruction);
        const cycles = body.length + (flow === 'jump' ? 0 : 1);
        return { pc: leader, body, end, cycles, targets: targetsOf(end) };
      }
      body.push(instruction);
      pc = nextOf(instruction);
      if (this.#leaders.has(pc)) {
        const end: BlockEnd = { kind: 'next', target: pc };
        return { pc: leader, body, end, cycles: body.length, targets: [pc] };
      }
    }
  }

  #leaving(leader: number, pc: number, body: readonly StackInstruction[]): Block {
    const decoded = decodeStack(this.#code, pc);
    const service = pc >= this.#code.length || isStackFault(decoded) ? undefined : decoded;
    return {
      pc: leader,
      body,
      end: { kind: 'leave', pc },
      cycles: body.length,
      targets: [],
      ...(service && { service }),
    };
  }

  /** Gives every RET the addresses that its routine is called from. */
  #joinReturns(blocks: Map<number, Block>): void {
    for (const [entry, backs] of this.#calls) {
      const seen = new Set<number>();
      const pending = [entry];
      for (let pc = pending.pop(); pc !== undefined; pc = pending.pop()) {
        const block = blocks.get(pc);
        if (block === undefined || seen.has(pc)) continue;
        seen.add(pc);
        pending.push(...within(block));
        if (block.end.kind !== 'return') continue;
        const sites = [...new Set([...block.end.sites, ...backs])].filter((site) =>
          blocks.has(site),
        );
        blocks.set(pc, { ...block, end: { ...block.end, sites }, targets: sites });
      }
    }
  }
}

function targetsOf(end: BlockEnd): readonly number[] {
  if (end.kind === 'branch') return [end.target, end.otherwise];
  return end.kind === 'next' || end.kind === 'call' ? [end.target] : [];
}

/** Where a routine goes on after a block, calls stepped over. */
function within({ end, service }: Block): readonly number[] {
  if (end.kind === 'call') return [end.back];
  if (end.kind === 'return') return [];
  if (service !== undefined) return [service.pc + service.size];
  return targetsOf(end);
}

/** The basic blocks of a program, from the addresses control can reach; for compiling only. */
export function findBlocks(code: Uint8Array): Blocks {
  return new BlockFinder(code).find();
}
