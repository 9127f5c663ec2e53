import type { FlowNode } from './flow-node.ts';
import type { NodeList } from './read-nodes.ts';
import type { BasicBlock, Instruction } from './verified-program.ts';

/** The reachable code as blocks; `first` and `count` of a block point into `nodes`. */
export interface BlockGraph<I extends Instruction> {
  /** Reachable nodes in the order of their addresses. */
  readonly nodes: readonly FlowNode<I>[];
  readonly blocks: readonly BasicBlock[];
}

/** Addresses of register-held jumps whose distance is known, and where they lead. */
export type KnownTargets = ReadonlyMap<number, number>;

/** Whether control can go on to the instruction after this one. */
export const fallsThrough = ({ kind }: FlowNode): boolean =>
  kind !== 'stop' && kind !== 'jump' && kind !== 'return';

/** Finds all code that can be reached from the start and cuts it into basic blocks. */
export function buildBlocks<I extends Instruction>(
  list: NodeList<I>,
  known: KnownTargets,
): BlockGraph<I> {
  const targetOf = (node: FlowNode<I>): number | undefined => {
    const index = list.indexAt[node.target ?? known.get(node.pc) ?? -1];
    return index === undefined || index === -1 ? undefined : index;
  };
  const { reached, leaders } = explore(list.nodes, targetOf);
  const nodes: FlowNode<I>[] = [];
  const starts: number[] = [];
  const blockAt = new Int32Array(list.nodes.length).fill(-1);
  for (const [index, node] of list.nodes.entries()) {
    if (reached[index] === 0) continue;
    if (leaders[index] === 1) starts.push(nodes.length);
    blockAt[index] = starts.length - 1;
    nodes.push(node);
  }
  const blocks = starts.map((first, block): BasicBlock => {
    const count = (starts[block + 1] ?? nodes.length) - first;
    const last = nodes[first + count - 1] as FlowNode<I>;
    const after = list.indexAt[last.pc + last.size];
    const target = targetOf(last);
    const enters = last.kind === 'call' || last.kind === 'fork';
    return {
      pc: (nodes[first] as FlowNode<I>).pc,
      first,
      count,
      ...(fallsThrough(last) && after !== undefined && { next: blockAt[after] ?? -1 }),
      ...(target !== undefined && { [enters ? 'callee' : 'target']: blockAt[target] ?? -1 }),
    };
  });
  return { nodes, blocks };
}

/** Marks the nodes that can be reached, and those where a block begins. */
function explore<I extends Instruction>(
  nodes: readonly FlowNode<I>[],
  targetOf: (node: FlowNode<I>) => number | undefined,
): { readonly reached: Uint8Array; readonly leaders: Uint8Array } {
  const reached = new Uint8Array(nodes.length);
  const leaders = new Uint8Array(nodes.length + 1);
  const open = nodes.length === 0 ? [] : [0];
  leaders[0] = 1;
  for (let index = open.pop(); index !== undefined; index = open.pop()) {
    const node = nodes[index];
    if (node === undefined || reached[index] === 1) continue;
    reached[index] = 1;
    const target = targetOf(node);
    if (target !== undefined) {
      leaders[target] = 1;
      open.push(target);
    }
    if (node.kind !== 'plain') leaders[index + 1] = 1;
    if (fallsThrough(node)) open.push(index + 1);
  }
  return { reached, leaders };
}
