import { dominators, reversePostorder } from './dominators.ts';
import { type LoopForest, loopForest } from './loops.ts';

/** A straight run of instructions: entered only at its first, left only after its last. */
export interface FlowBlock {
  readonly pc: number;
  /** Instructions executed from its start to its end. */
  readonly cycles: number;
  /** Addresses it can go on at; those that start no block leave the compiled code. */
  readonly targets: readonly number[];
}

/** How to enter compiled code at an address. */
export interface EntryPoint {
  /** The address to dispatch to. */
  readonly dispatch: number;
  /** The inner loop header to go on to; 0 for none. */
  readonly goal: number;
}

/** Node 0 is the dispatcher: it goes to the entry whose address a run or a return names. */
export const DISPATCHER = 0;

/**
 * The control flow of a program made structured: every loop has one header that dominates it, so
 * that blocks and loops of WebAssembly can express it. What does not fit goes through the dispatcher.
 */
export interface FlowGraph<B extends FlowBlock> {
  /** By node; the dispatcher has none. */
  readonly blocks: readonly (B | undefined)[];
  readonly nodeAt: ReadonlyMap<number, number>;
  /** Position of each node in reverse postorder. */
  readonly order: Int32Array;
  /** Nodes the dispatcher can go to. */
  readonly entries: ReadonlySet<number>;
  /** Nodes a node dominates immediately and that need a label, in reverse postorder. */
  readonly labelled: readonly (readonly number[])[];
  readonly needsLabel: ReadonlySet<number>;
  readonly loops: LoopForest;
  /** The most cycles from here to the next entry or loop header; only those two check the budget. */
  readonly reach: Int32Array;
  /** Addresses a run can start at. */
  readonly entryPoints: ReadonlyMap<number, EntryPoint>;
  /** Whether an edge goes through the dispatcher. */
  readonly isDispatched: (from: number, to: number) => boolean;
}

/** The values that stand in a list more than once. */
function repeated(values: readonly number[]): readonly number[] {
  return values.filter((value, index) => values.indexOf(value) !== index);
}

/** Finds the order, the dominators and the edges that jump back into the middle of a loop. */
function reduce(successors: Set<number>[], dispatched: Map<number, Set<number>>) {
  for (;;) {
    const order = reversePostorder(successors);
    const tree = dominators(successors, order);
    const irreducible: [number, number][] = [];
    for (const from of order.nodes) {
      if (from === DISPATCHER) continue;
      for (const to of successors[from]!) {
        const back = order.position[to]! <= order.position[from]!;
        if (back && !tree.dominates(to, from)) irreducible.push([from, to]);
      }
    }
    if (irreducible.length === 0) return { order, tree };
    for (const [from, to] of irreducible) {
      dispatched.set(from, (dispatched.get(from) ?? new Set()).add(to));
      successors[from]!.delete(to);
      successors[DISPATCHER]!.add(to);
    }
  }
}

/** Cycles from each node to the next place that checks the budget, the longest way. */
function longestReach(
  blocks: readonly (FlowBlock | undefined)[],
  order: readonly number[],
  forward: (from: number) => Iterable<number>,
): Int32Array {
  const reach = new Int32Array(blocks.length);
  for (const node of order.toReversed()) {
    let longest = 0;
    for (const to of forward(node)) longest = Math.max(longest, reach[to]!);
    reach[node] = (blocks[node]?.cycles ?? 0) + longest;
  }
  return reach;
}

/**
 * Builds the flow graph of the blocks of a program, which must have at least one; undefined when its
 * loops are nested too deep.
 */
export function flowGraph<B extends FlowBlock>(
  byAddress: ReadonlyMap<number, B>,
  entries: Iterable<number>,
): FlowGraph<B> | undefined {
  const blocks: (B | undefined)[] = [undefined, ...byAddress.values()];
  const nodeAt = new Map<number, number>();
  blocks.forEach((block, node) => {
    if (block) nodeAt.set(block.pc, node);
  });
  const nodesOf = (targets: Iterable<number>): Set<number> => {
    const nodes = new Set<number>();
    for (const pc of targets) {
      const node = nodeAt.get(pc);
      if (node !== undefined) nodes.add(node);
    }
    return nodes;
  };
  const successors = blocks.map((block) => nodesOf(block?.targets ?? entries));

  const dispatched = new Map<number, Set<number>>();
  const reduced = reduce(successors, dispatched);
  const loops = loopForest(successors, reduced.order, reduced.tree);
  if (!loops) return undefined;
  // A run can resume at any loop header: the way there leads through the headers around it.
  for (const header of loops.headers) {
    successors[loops.outer.get(header) ?? DISPATCHER]!.add(header);
  }
  const order = reversePostorder(successors);
  const tree = dominators(successors, order);

  const isBack = (from: number, to: number) => order.position[to]! <= order.position[from]!;
  const forwardCount = new Int32Array(blocks.length);
  for (const from of order.nodes) {
    for (const to of successors[from]!) if (!isBack(from, to)) forwardCount[to]! += 1;
  }
  const entryNodes = successors[DISPATCHER]!;
  const twice = nodesOf(blocks.flatMap((block) => repeated(block?.targets ?? [])));
  const needsLabel = new Set([...entryNodes, ...loops.outer.keys(), ...twice]);
  for (const node of order.nodes) if (forwardCount[node]! > 1) needsLabel.add(node);
  const labelled = blocks.map(() => [] as number[]);
  for (const node of order.nodes) {
    if (node !== DISPATCHER && needsLabel.has(node)) labelled[tree.parent[node]!]!.push(node);
  }
  const checks = (node: number) => entryNodes.has(node) || loops.headers.has(node);
  const reach = longestReach(blocks, order.nodes, (from) =>
    [...successors[from]!].filter((to) => !isBack(from, to) && !checks(to)),
  );
  return {
    blocks,
    nodeAt,
    order: order.position,
    entries: entryNodes,
    labelled,
    needsLabel,
    loops,
    reach,
    entryPoints: findEntryPoints(blocks, entryNodes, loops),
    isDispatched: (from, to) => dispatched.get(from)?.has(to) ?? false,
  };
}

/** Entries are dispatched to; inner loop headers are reached through the outermost around them. */
function findEntryPoints(
  blocks: readonly (FlowBlock | undefined)[],
  entries: Iterable<number>,
  loops: LoopForest,
): ReadonlyMap<number, EntryPoint> {
  const points = new Map<number, EntryPoint>();
  for (const node of entries) {
    const { pc } = blocks[node]!;
    points.set(pc, { dispatch: pc, goal: 0 });
  }
  for (const header of loops.headers) {
    let outermost = header;
    for (let outer = loops.outer.get(header); outer !== undefined; outer = loops.outer.get(outer)) {
      outermost = outer;
    }
    const { pc } = blocks[header]!;
    const goal = outermost === header ? 0 : pc;
    points.set(pc, { dispatch: blocks[outermost]!.pc, goal });
  }
  return points;
}
