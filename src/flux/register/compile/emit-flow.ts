import { wasm } from '../../wasm/opcodes.ts';
import type { Block, BlockEnd } from './block.ts';
import { emitInstruction } from './emit-instruction.ts';
import { DISPATCHER, type FlowGraph } from './flow-graph.ts';
import type { Frame } from './frame.ts';
import { layout } from './layout.ts';

type Work = () => void;
/** Where an edge goes: a stated target, or the interpreter, which executes the instruction itself. */
type Target = number | undefined;

/** The condition of each branch on `rd`, as the WebAssembly comparison with zero. */
const conditions: Readonly<Record<number, number>> = {
  60: wasm.i32Eq, // JZ
  61: wasm.i32Ne, // JNZ
  62: wasm.i32LtS, // JLT
  63: wasm.i32GtS, // JGT
  225: wasm.i32Eq, // LJZ
  226: wasm.i32Ne, // LJNZ
  227: wasm.i32LtS, // LJLT
  228: wasm.i32GtS, // LJGT
};
const LOOP = 0x46;
const JAL = 0x44;

/**
 * Writes the flow graph as nested blocks and loops, after Ramsey, "Beyond Relooper" (2022): a node
 * is written inside the constructs of its dominators; those that several edges reach follow as
 * labelled blocks, the others stand at their only edge. Work is queued, not recursive, so that no
 * program can exhaust the stack of the compiler.
 */
class FlowWriter {
  readonly #graph: FlowGraph;
  readonly #frame: Frame;
  readonly #codeLength: number;
  readonly #work: Work[] = [];

  constructor(graph: FlowGraph, frame: Frame, codeLength: number) {
    this.#graph = graph;
    this.#frame = frame;
    this.#codeLength = codeLength;
  }

  write(): void {
    this.#tree(DISPATCHER);
    for (let next = this.#work.pop(); next; next = this.#work.pop()) next();
  }

  /** Queues work to be done in this order, before everything queued earlier. */
  #then(...steps: readonly Work[]): void {
    this.#work.push(...steps.toReversed());
  }

  /** A node and all it dominates. */
  #tree(node: number): void {
    const { loops, labelled } = this.#graph;
    const frame = this.#frame;
    const isLoop = node === DISPATCHER || loops.headers.has(node);
    const after = labelled[node]!;
    if (isLoop) frame.open('loop', node);
    for (const each of after.toReversed()) frame.open('block', each);
    this.#then(
      () => this.#node(node),
      ...after.flatMap((each) => [() => frame.close(), () => this.#tree(each)]),
      ...(isLoop ? [() => frame.close()] : []),
    );
  }

  #node(node: number): void {
    const block = this.#graph.blocks[node];
    if (!block) {
      this.#dispatch();
      return;
    }
    this.#route(node);
    this.#takeCycles(node, block);
    block.body.forEach((instruction, index) => {
      emitInstruction({ frame: this.#frame, instruction, unused: block.cycles - index });
    });
    this.#end(node, block.end);
  }

  /** Goes to the entry whose address is in `pc`, or leaves with it. */
  #dispatch(): void {
    const frame = this.#frame;
    const exit = frame.label('exit');
    const depths: number[] = [];
    for (const node of this.#graph.entries) {
      const { pc } = this.#graph.blocks[node]!;
      while (depths.length <= pc) depths.push(exit);
      depths[pc] = frame.label('block', node);
    }
    frame.code.get(frame.pc).brTable(depths, exit);
  }

  /** At a loop header with loops inside it: on to the one a resumed run wants. */
  #route(node: number): void {
    const inner = this.#graph.loops.inner.get(node);
    if (!inner) return;
    const frame = this.#frame;
    frame.code.get(frame.goal);
    frame.open('if');
    for (const child of inner) {
      const below = this.#headersFrom(child);
      for (const header of below) {
        frame.code.get(frame.goal).i32(this.#graph.blocks[header]!.pc).op(wasm.i32Eq);
        frame.open('if');
        if (header === child) frame.code.i32(0).set(frame.goal);
        frame.code.br(frame.label('block', child));
        frame.close();
      }
    }
    frame.close();
  }

  #headersFrom(header: number): readonly number[] {
    const inner = this.#graph.loops.inner.get(header) ?? [];
    return [header, ...inner.flatMap((each) => this.#headersFrom(each))];
  }

  /** Where control can come from outside or back, leaves unless the cycles to the next such place are there. */
  #takeCycles(node: number, { pc, cycles }: Block): void {
    const { entries, loops, reach } = this.#graph;
    const frame = this.#frame;
    if (entries.has(node) || loops.headers.has(node)) {
      frame.code.get(frame.left).i32(reach[node]!).op(wasm.i32LtS);
      frame.leaveIf(pc, 0);
    }
    if (cycles > 0) frame.code.get(frame.left).i32(cycles).op(wasm.i32Sub).set(frame.left);
  }

  #end(node: number, end: BlockEnd): void {
    const frame = this.#frame;
    switch (end.kind) {
      case 'leave':
        frame.leave(end.pc, 0);
        break;
      case 'next':
        this.#go(node, end.target);
        break;
      case 'jump':
        if (end.instruction.opcode.byte === JAL) {
          const { pc, size, operands } = end.instruction;
          frame.code.i32(pc + size).set(frame.int(operands[0]!));
        }
        this.#go(node, end.target);
        break;
      case 'branch':
        this.#branch(node, end);
        break;
      case 'call':
        this.#call(node, end);
        break;
      case 'return':
        this.#return(end.instruction.pc);
        break;
      case 'computed':
        this.#computed(node, end);
    }
  }

  /** The label of an edge, or undefined where its target stands at the edge itself. */
  #labelOf(from: number, target: number): number | undefined {
    const { nodeAt, order, needsLabel, isDispatched } = this.#graph;
    const node = nodeAt.get(target);
    if (node === undefined || isDispatched(from, node)) return undefined;
    if (order[node]! <= order[from]!) return this.#frame.label('loop', node);
    return needsLabel.has(node) ? this.#frame.label('block', node) : undefined;
  }

  /** Goes to a target for good. */
  #go(from: number, target: number): void {
    const frame = this.#frame;
    const node = this.#graph.nodeAt.get(target);
    const label = this.#labelOf(from, target);
    if (label !== undefined) frame.code.br(label);
    else if (node === undefined) frame.leave(target, 0);
    else if (this.#graph.isDispatched(from, node)) {
      frame.code.i32(target).set(frame.pc).br(frame.label('loop', DISPATCHER));
    } else this.#tree(node);
  }

  /** Goes to `target` where the value on the stack is not zero, else to `otherwise`. */
  #goIf(from: number, target: Target, { pc, otherwise }: { pc: number; otherwise: number }): void {
    const frame = this.#frame;
    const label = target === undefined ? undefined : this.#labelOf(from, target);
    if (label !== undefined) {
      frame.code.brIf(label);
      this.#go(from, otherwise);
      return;
    }
    frame.open('if');
    this.#then(
      () => (target === undefined ? frame.leave(pc, 1) : this.#go(from, target)),
      () => frame.close(),
      () => this.#go(from, otherwise),
    );
  }

  #branch(node: number, end: Extract<BlockEnd, { kind: 'branch' }>): void {
    const frame = this.#frame;
    const { pc, opcode, operands } = end.instruction;
    const register = frame.int(operands[0]!);
    if (opcode.byte === LOOP && end.target === undefined) {
      // The interpreter decrements too, so nothing may have happened before it does.
      frame.code.get(register).i32(-1).op(wasm.i32Add).i32(0).op(wasm.i32GtS);
      frame.leaveIf(pc, 1);
      frame.code.get(register).i32(-1).op(wasm.i32Add).set(register);
      this.#go(node, end.otherwise);
      return;
    }
    if (opcode.byte === LOOP) {
      frame.code.get(register).i32(-1).op(wasm.i32Add).tee(register).i32(0).op(wasm.i32GtS);
    } else frame.code.get(register).i32(0).op(conditions[opcode.byte]!);
    this.#goIf(node, end.target, { pc, otherwise: end.otherwise });
  }

  #call(node: number, { instruction, target }: Extract<BlockEnd, { kind: 'call' }>): void {
    const frame = this.#frame;
    const { code, depth } = frame;
    const { pc, size } = instruction;
    code.get(depth).get(frame.stackDepth).op(wasm.i32GeU);
    frame.leaveIf(pc, 1);
    code
      .get(depth)
      .i32(2)
      .op(wasm.i32Shl)
      .i32(pc + size)
      .memory('i32Store', layout.stack);
    code.get(depth).i32(1).op(wasm.i32Add).set(depth);
    this.#go(node, target);
  }

  /** Leaves for the interpreter where the address on the stack lies outside the program. */
  #leaveIfOutside(pc: number): void {
    const frame = this.#frame;
    frame.code.tee(frame.scratch).i32(this.#codeLength).op(wasm.i32GtU);
    frame.leaveIf(pc, 1);
  }

  #dispatchTo(local: number): void {
    const frame = this.#frame;
    frame.code.get(local).set(frame.pc).br(frame.label('loop', DISPATCHER));
  }

  #return(pc: number): void {
    const frame = this.#frame;
    const { code, depth } = frame;
    code.get(depth).op(wasm.i32Eqz);
    frame.leaveIf(pc, 1);
    code.get(depth).i32(1).op(wasm.i32Sub).i32(2).op(wasm.i32Shl);
    code.memory('i32Load', layout.stack);
    this.#leaveIfOutside(pc);
    code.get(depth).i32(1).op(wasm.i32Sub).set(depth);
    this.#dispatchTo(frame.scratch);
  }

  #computed(node: number, end: Extract<BlockEnd, { kind: 'computed' }>): void {
    const frame = this.#frame;
    const { code } = frame;
    const { pc, size, opcode, operands } = end.instruction;
    const distance = frame.int(operands[1]!);
    code.get(frame.int(operands[0]!)).i32(0).op(conditions[opcode.byte]!);
    frame.open('if');
    const guessed = end.guesses.flatMap((guess) => [
      () => {
        code.get(distance).i32(guess.distance).op(wasm.i32Eq);
        frame.open('if');
        this.#go(node, guess.target);
      },
      () => frame.close(),
    ]);
    this.#then(...guessed, () => {
      code
        .get(distance)
        .i32(pc + size)
        .op(wasm.i32Add);
      this.#leaveIfOutside(pc);
      this.#dispatchTo(frame.scratch);
      frame.close();
      this.#go(node, end.otherwise);
    });
  }
}

/** Writes the code of a whole flow graph; every way through it ends at the label `exit`. */
export function emitFlow(graph: FlowGraph, frame: Frame, codeLength: number): void {
  new FlowWriter(graph, frame, codeLength).write();
}
