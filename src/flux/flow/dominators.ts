/** The nodes reachable from node 0, each before the nodes it leads to, except along back edges. */
export interface Order {
  readonly nodes: readonly number[];
  /** Index of each node in `nodes`; -1 for what cannot be reached. */
  readonly position: Int32Array;
}

export interface DominatorTree {
  /** The immediate dominator of each node; node 0 is its own. */
  readonly parent: Int32Array;
  readonly dominates: (a: number, b: number) => boolean;
}

type Successors = readonly ReadonlySet<number>[];

export function reversePostorder(successors: Successors): Order {
  const seen = new Uint8Array(successors.length);
  const postorder: number[] = [];
  const path: { readonly node: number; readonly rest: Iterator<number> }[] = [];
  const visit = (node: number) => {
    seen[node] = 1;
    path.push({ node, rest: successors[node]!.values() });
  };
  visit(0);
  for (let top = path.at(-1); top; top = path.at(-1)) {
    const { value, done } = top.rest.next();
    if (done) {
      postorder.push(top.node);
      path.pop();
    } else if (!seen[value]) visit(value);
  }
  const nodes = postorder.reverse();
  const position = new Int32Array(successors.length).fill(-1);
  nodes.forEach((node, index) => {
    position[node] = index;
  });
  return { nodes, position };
}

/** Dominators by the iterative method of Cooper, Harvey and Kennedy (2001). */
export function dominators(successors: Successors, { nodes, position }: Order): DominatorTree {
  const predecessors = successors.map(() => [] as number[]);
  for (const from of nodes) for (const to of successors[from]!) predecessors[to]!.push(from);
  const parent = new Int32Array(successors.length).fill(-1);
  parent[0] = 0;
  const common = (a: number, b: number) => {
    let left = a;
    let right = b;
    while (left !== right) {
      while (position[left]! > position[right]!) left = parent[left]!;
      while (position[right]! > position[left]!) right = parent[right]!;
    }
    return left;
  };
  for (let changed = true; changed; ) {
    changed = false;
    for (const node of nodes.slice(1)) {
      let next = -1;
      for (const each of predecessors[node]!) {
        if (parent[each] !== -1) next = next === -1 ? each : common(next, each);
      }
      if (parent[node] === next) continue;
      parent[node] = next;
      changed = true;
    }
  }
  const dominates = (a: number, b: number) => {
    let node = b;
    while (position[node]! > position[a]!) node = parent[node]!;
    return node === a;
  };
  return { parent, dominates };
}
