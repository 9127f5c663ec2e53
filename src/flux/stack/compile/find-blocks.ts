import { decodeStack, isStackFault, type StackInstruction } from '../decode.ts';
import type { Block, BlockEnd, Blocks } from './block.ts';

/** Instructions that reach beyond stack, memory and meters: the machine itself does them. */
const services: ReadonlySet<string> = new Set([
  ...['HALT', 'BREAK', 'SIGNAL', 'BROADCAST', 'LISTEN', 'AWAIT_CHANNEL'],
  ...['YIELD_IF_CONTENTION', 'PERSIST_CRITICAL_STATE', 'SLEEP_UNTIL', 'FUEL_SET'],
  ...['CAP_INVOKE', 'MEM_TAG', 'SANDBOX_ENTER', 'SANDBOX_EXIT', 'IDENTITY_GET'],
  ...['SUSPEND', 'RESUME', 'FORK', 'JOIN', 'CANCEL'],
]);

/** A decoded instruction, with what the finder asks about it. */
interface Step {
  readonly instruction: StackInstruction;
  readonly next: number;
  readonly target: number;
}

/** Finds the basic blocks reachable from address 0; nothing outside them is compiled. */
class BlockFinder {
  readonly #code: Uint8Array;
  readonly #steps = new Map<number, Step>();
  readonly #leaders = new Set<number>();
  readonly #entries = new Set<number>();
  readonly #pending: number[] = [];
  /** Return addresses of the calls of each routine, by its address. */
  readonly #calls = new Map<number, Set<number>>();

  constructor(code: Uint8Array) {
    this.#code = code;
  }

  find(): Blocks {
    this.#entries.add(0);
    this.#lead(0);
    for (let pc = this.#pending.pop(); pc !== undefined; pc = this.#pending.pop()) this.#walk(pc);
    const blocks = new Map<number, Block>();
    for (const pc of this.#leaders) blocks.set(pc, this.#block(pc));
    this.#joinReturns(blocks);
    return { blocks, entries: this.#entries, instructions: this.#steps.size };
  }

  #lead(pc: number): void {
    if (pc >= this.#code.length || this.#leaders.has(pc)) return;
    this.#leaders.add(pc);
    this.#pending.push(pc);
  }

  /** Decodes from a leader to the end of its run and notes the leaders it names. */
  #walk(leader: number): void {
    let pc = leader;
    while (pc < this.#code.length && !this.#steps.has(pc)) {
      const instruction = decodeStack(this.#code, pc);
      if (isStackFault(instruction)) return;
      const { opcode, operands, size } = instruction;
      const next = pc + size;
      if (services.has(opcode.name)) {
        if (opcode.flow !== 'stop') this.#entries.add(next);
        if (opcode.flow !== 'stop') this.#lead(next);
        return;
      }
      const step = { instruction, next, target: operands.at(-1) ?? 0 };
      this.#steps.set(pc, step);
      if (opcode.flow !== 'next') {
        this.#leadOn(step);
        return;
      }
      pc = next;
    }
    // Another walk has been here: both must meet at the start of a block.
    if (pc !== leader) this.#lead(pc);
  }

  #leadOn({ instruction, next, target }: Step): void {
    const { flow } = instruction.opcode;
    if (flow === 'return') return;
    this.#lead(target);
    if (flow !== 'jump') this.#lead(next);
    if (flow === 'call') this.#calls.set(target, (this.#calls.get(target) ?? new Set()).add(next));
  }

  #end({ instruction, next, target }: Step): BlockEnd {
    const { flow } = instruction.opcode;
    if (flow === 'return') return { kind: 'return', instruction, sites: [] };
    if (flow === 'call') return { kind: 'call', instruction, target, back: next };
    if (flow === 'branch') return { kind: 'branch', instruction, target, otherwise: next };
    return { kind: 'next', target };
  }

  #block(leader: number): Block {
    const body: StackInstruction[] = [];
    let pc = leader;
    for (;;) {
      const step = this.#steps.get(pc);
      if (step === undefined) return this.#leaving(leader, pc, body);
      const { instruction, next } = step;
      const { flow } = instruction.opcode;
      if (flow !== 'next') {
        const end = this.#end(step);
        if (flow === 'jump') body.push(instruction);
        const cycles = body.length + (flow === 'jump' ? 0 : 1);
        return { pc: leader, body, end, cycles, targets: targetsOf(end) };
      }
      body.push(instruction);
      pc = next;
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
