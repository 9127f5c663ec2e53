import type { DominatorTree, Order } from './dominators.ts';

/** The natural loops of a reducible graph, one for each header. */
export interface LoopForest {
  readonly headers: ReadonlySet<number>;
  /** The headers whose loops lie directly inside a header's loop; only for headers that have some. */
  readonly inner: ReadonlyMap<number, readonly number[]>;
  /** The header whose loop directly encloses a header's; absent for outermost loops. */
  readonly outer: ReadonlyMap<number, number>;
}

/** The way into an inner loop leads through all around it: its code grows with the depth squared. */
const LOOP_DEPTH_MAX = 32;

type Successors = readonly ReadonlySet<number>[];

function listUnder(lists: Map<number, number[]>, key: number, value: number): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}

function loopBody(header: number, latches: readonly number[], predecessors: readonly number[][]) {
  const body = new Set([header]);
  const pending = [...latches];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (body.has(node)) continue;
    body.add(node);
    pending.push(...predecessors[node]!);
  }
  return body;
}

/** Finds the loops of a reducible graph; undefined when they are nested too deep. */
export function loopForest(
  successors: Successors,
  { nodes, position }: Order,
  { dominates }: DominatorTree,
): LoopForest | undefined {
  const predecessors = successors.map(() => [] as number[]);
  const latches = new Map<number, number[]>();
  for (const from of nodes) {
    for (const to of successors[from]!) {
      predecessors[to]!.push(from);
      if (position[to]! > position[from]! || !dominates(to, from)) continue;
      listUnder(latches, to, from);
    }
  }
  const bodies: { readonly header: number; readonly body: ReadonlySet<number> }[] = [];
  let enclosed = 0;
  for (const [header, from] of latches) {
    const body = loopBody(header, from, predecessors);
    bodies.push({ header, body });
    enclosed += body.size;
    if (enclosed > nodes.length * LOOP_DEPTH_MAX) return undefined;
  }
  bodies.sort((a, b) => b.body.size - a.body.size);

  const inner = new Map<number, number[]>();
  const outer = new Map<number, number>();
  const depths = new Map<number, number>();
  /** The header of the smallest loop around each node, of those seen so far; loops do not overlap. */
  const innermost = new Map<number, number>();
  for (const { header, body } of bodies) {
    const around = innermost.get(header);
    for (const node of body) innermost.set(node, header);
    const depth = 1 + (around === undefined ? 0 : depths.get(around)!);
    if (depth > LOOP_DEPTH_MAX) return undefined;
    depths.set(header, depth);
    if (around === undefined) continue;
    outer.set(header, around);
    listUnder(inner, around, header);
  }
  return { headers: new Set(latches.keys()), inner, outer };
}
