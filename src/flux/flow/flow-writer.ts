import { wasm } from '../wasm/opcodes.ts';
import type { FlowFrame } from './flow-frame.ts';
import { DISPATCHER, type FlowBlock, type FlowGraph } from './flow-graph.ts';

type Work = () => void;

/**
 * Writes a flow graph as nested blocks and loops, after Ramsey, "Beyond Relooper" (2022): a node is
 * written inside the constructs of its dominators; those that several edges reach follow as labelled
 * blocks, the others stand at their only edge. Work is queued, not recursive, so that no program can
 * exhaust the stack of the compiler. What a block does is left to the machine's own writer.
 */
export abstract class FlowWriter<B extends FlowBlock, F extends FlowFrame> {
  protected readonly graph: FlowGraph<B>;
  protected readonly frame: F;
  readonly #work: Work[] = [];

  constructor(graph: FlowGraph<B>, frame: F) {
    this.graph = graph;
    this.frame = frame;
  }

  /** Writes what a block does, its last instruction included, and how it goes on. */
  protected abstract writeBlock(node: number, block: B): void;

  /** Leaves the compiled code between two blocks, after `from`, for the address `pc`. */
  protected abstract leave(from: number, pc: number): void;

  write(): void {
    this.#tree(DISPATCHER);
    for (let next = this.#work.pop(); next; next = this.#work.pop()) next();
  }

  /** Queues work to be done in this order, before everything queued earlier. */
  protected queue(...steps: readonly Work[]): void {
    this.#work.push(...steps.toReversed());
  }

  /** Goes to a target for good. */
  protected go(from: number, target: number): void {
    const node = this.graph.nodeAt.get(target);
    const label = this.#labelOf(from, target);
    if (label !== undefined) this.frame.code.br(label);
    else if (node === undefined) this.leave(from, target);
    else if (this.graph.isDispatched(from, node)) this.#redispatch(target);
    else this.#tree(node);
  }

  /** Goes to `target` where the value on the stack is not zero, else does what `otherwise` does. */
  protected goIf(from: number, target: number, otherwise: Work): void {
    const label = this.#labelOf(from, target);
    if (label !== undefined) {
      this.frame.code.brIf(label);
      otherwise();
      return;
    }
    this.frame.open('if');
    this.queue(
      () => this.go(from, target),
      () => this.frame.close(),
      otherwise,
    );
  }

  /** A node and all it dominates. */
  #tree(node: number): void {
    const { loops, labelled } = this.graph;
    const { frame } = this;
    const isLoop = node === DISPATCHER || loops.headers.has(node);
    const after = labelled[node]!;
    if (isLoop) frame.open('loop', node);
    for (const each of after.toReversed()) frame.open('block', each);
    this.queue(
      () => this.#node(node),
      ...after.flatMap((each) => [() => frame.close(), () => this.#tree(each)]),
      ...(isLoop ? [() => frame.close()] : []),
    );
  }

  #node(node: number): void {
    const block = this.graph.blocks[node];
    if (block === undefined) {
      this.#dispatch();
      return;
    }
    this.#route(node);
    this.#takeCycles(node, block);
    this.writeBlock(node, block);
  }

  /** Goes to the entry whose address is in `pc`, or leaves with it. */
  #dispatch(): void {
    const { frame } = this;
    const exit = frame.label('exit');
    const nodes = [...this.graph.entries];
    const addresses = nodes.map((node) => this.graph.blocks[node]!.pc);
    const depths = new Array<number>(Math.max(...addresses) + 1).fill(exit);
    for (const [nth, node] of nodes.entries()) depths[addresses[nth]!] = frame.label('block', node);
    frame.code.get(frame.pc).brTable(depths, exit);
  }

  #redispatch(target: number): void {
    const { code, pc } = this.frame;
    code.i32(target).set(pc).br(this.frame.label('loop', DISPATCHER));
  }

  /** At a loop header with loops inside it: on to the one a resumed run wants. */
  #route(node: number): void {
    const inner = this.graph.loops.inner.get(node);
    if (inner === undefined) return;
    const { frame } = this;
    frame.code.get(frame.goal);
    frame.open('if');
    for (const child of inner) {
      for (const header of this.#headersFrom(child)) {
        frame.code.get(frame.goal).i32(this.graph.blocks[header]!.pc).op(wasm.i32Eq);
        frame.open('if');
        if (header === child) frame.code.i32(0).set(frame.goal);
        frame.code.br(frame.label('block', child));
        frame.close();
      }
    }
    frame.close();
  }

  #headersFrom(header: number): readonly number[] {
    const inner = this.graph.loops.inner.get(header) ?? [];
    return [header, ...inner.flatMap((each) => this.#headersFrom(each))];
  }

  /**
   * Where control can come from outside or back, leaves unless there are cycles enough to the next
   * such place; takes the cycles of the block.
   */
  #takeCycles(node: number, { pc, cycles }: B): void {
    const { entries, loops, reach } = this.graph;
    const { code, left } = this.frame;
    if (entries.has(node) || loops.headers.has(node)) {
      code.get(left).i32(reach[node]!).op(wasm.i32LtS);
      this.frame.open('if');
      this.leave(node, pc);
      this.frame.close();
    }
    if (cycles > 0) code.get(left).i32(cycles).op(wasm.i32Sub).set(left);
  }

  /** The label of an edge, or undefined where its target stands at the edge itself. */
  #labelOf(from: number, target: number): number | undefined {
    const { nodeAt, order, needsLabel, isDispatched } = this.graph;
    const node = nodeAt.get(target);
    if (node === undefined || isDispatched(from, node)) return undefined;
    if (order[node]! <= order[from]!) return this.frame.label('loop', node);
    return needsLabel.has(node) ? this.frame.label('block', node) : undefined;
  }
}
