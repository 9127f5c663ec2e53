import type { Block, Blocks } from './block.ts';
import { dominators, reversePostorder } from './dominators.ts';
import { type LoopForest, loopForest } from './loops.ts';

/** Node 0 is the dispatcher: it goes to the entry whose address a run or a return names. */
export const DISPATCHER = 0;

/**
 * The control flow of a program made structured: every loop has one header that dominates it, so
 * that blocks and loops of WebAssembly can express it. What does not fit goes through the dispatcher.
 */
export interface FlowGraph {
  /** By node; the dispatcher has none. */
  readonly blocks: readonly (Block | undefined)[];
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
  /** Whether an edge goes through the dispatcher. */
  readonly isDispatched: (from: number, to: number) => boolean;
}

function staticTargets({ end }: Block): readonly (number | undefined)[] {
  if (end.kind === 'leave' || end.kind === 'return') return [];
  if (end.kind === 'next' || end.kind === 'jump' || end.kind === 'call') return [end.target];
  if (end.kind === 'branch') return [end.target, end.otherwise];
  return [...end.guesses.map(({ target }) => target), end.otherwise];
}

/** The values that stand in a list more than once. */
function repeated(values: readonly number[]): readonly number[] {
  return values.filter((value, index) => values.indexOf(value) !== index);
}

/** Finds the order, the dominators and the edges that jump back into the middle of a loop. */
function reduce(successors: Set<number>[], dispatched: Set<string>) {
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
      dispatched.add(`${from}-${to}`);
      successors[from]!.delete(to);
      successors[DISPATCHER]!.add(to);
    }
  }
}

/** Cycles from each node to the next place that checks the budget, the longest way. */
function longestReach(
  blocks: readonly (Block | undefined)[],
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
export function flowGraph({ blocks: byAddress, entries }: Blocks): FlowGraph | undefined {
  const blocks: (Block | undefined)[] = [undefined, ...byAddress.values()];
  const nodeAt = new Map<number, number>();
  blocks.forEach((block, node) => {
    if (block) nodeAt.set(block.pc, node);
  });
  const nodesOf = (targets: Iterable<number | undefined>) =>
    [...targets].flatMap((pc) => (pc === undefined ? [] : (nodeAt.get(pc) ?? [])));
  const successors = blocks.map(
    (block) => new Set(nodesOf(block ? staticTargets(block) : entries)),
  );

  const dispatched = new Set<string>();
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
  const twice = blocks.flatMap((block) => (block ? repeated(nodesOf(staticTargets(block))) : []));
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
    isDispatched: (from, to) => dispatched.has(`${from}-${to}`),
  };
}
