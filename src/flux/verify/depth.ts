import type { BlockGraph } from './block-graph.ts';
import {
  atLeast,
  countChanges,
  type DepthChanges,
  joinRanges,
  sameRange,
  shift,
  WIDEN_AFTER,
  widenCounted,
} from './depth-range.ts';
import type { FlowNode } from './flow-node.ts';
import { asked, joinSummaries, nothingKnown, type Summary, widenSummary } from './summary.ts';
import type { BasicBlock, DepthRange, Instruction } from './verified-program.ts';

export interface RoutineDepths {
  readonly kind: 'main' | 'call' | 'fork';
  readonly entry: number;
  readonly depths: ReadonlyMap<number, DepthRange>;
  readonly summary: Summary;
}

/** How a machine keeps return addresses: S on a stack of their own, R between the other values. */
export type ReturnStack = 'own' | 'shared';

export interface DepthAnalysis {
  readonly routines: readonly RoutineDepths[];
  /** Index of the routine that begins at a block. */
  readonly routineOf: ReadonlyMap<number, number>;
  /** False when the program was too entangled to finish; nothing is proven then. */
  readonly complete: boolean;
}

/** Block visits after which an analysis gives up; a plain program needs two or three a block. */
const VISITS_MAX = 500_000;
/** Effect of a block's instructions on the stack, calls left out. */
interface BlockEffect {
  readonly need: number;
  readonly net: number;
}

/**
 * Finds how deep the stack can be at every block, by abstract interpretation: each routine alone,
 * relative to its entry, with a summary of what it needs and leaves for those that call it, until
 * the summaries agree.
 */
export function analyseDepth<I extends Instruction>(
  graph: BlockGraph<I>,
  options: { readonly initialDepth: number; readonly returns: ReturnStack },
): DepthAnalysis {
  const analysis = new Analysis(graph, options.initialDepth, options.returns);
  return analysis.run();
}

interface OpenRoutine {
  readonly kind: RoutineDepths['kind'];
  readonly entry: number;
  readonly callers: Set<number>;
  depths: ReadonlyMap<number, DepthRange>;
  summary: Summary;
  /** How often its summary has changed. */
  changes: number;
}

class Analysis<I extends Instruction> {
  readonly #graph: BlockGraph<I>;
  readonly #initialDepth: number;
  readonly #returns: ReturnStack;
  readonly #effects: readonly BlockEffect[];
  readonly #routines: OpenRoutine[] = [];
  readonly #entered = { call: new Map<number, number>(), fork: new Map<number, number>() };
  #visits = 0;

  constructor(graph: BlockGraph<I>, initialDepth: number, returns: ReturnStack) {
    this.#graph = graph;
    this.#initialDepth = initialDepth;
    this.#returns = returns;
    this.#effects = graph.blocks.map((block) => effectOf(block, graph.nodes));
  }

  get #isSpent(): boolean {
    return this.#visits > VISITS_MAX;
  }

  run(): DepthAnalysis {
    const open = this.#graph.blocks.length === 0 ? [] : [this.#open('main', 0)];
    const queued = new Set(open);
    for (let index = open.pop(); index !== undefined; index = open.pop()) {
      queued.delete(index);
      const known = this.#routines.length;
      const routine = this.#routines[index] as OpenRoutine;
      const changed = this.#analyse(routine, index);
      if (this.#isSpent) break;
      const next = changed ? [...routine.callers] : [];
      for (let fresh = known; fresh < this.#routines.length; fresh += 1) next.push(fresh);
      for (const each of next) {
        if (!queued.has(each)) open.push(each);
        queued.add(each);
      }
    }
    return {
      routines: this.#routines,
      routineOf: this.#entered.call,
      complete: !this.#isSpent,
    };
  }

  #open(kind: RoutineDepths['kind'], entry: number): number {
    const callers = new Set<number>();
    this.#routines.push({
      kind,
      entry,
      callers,
      depths: new Map(),
      summary: nothingKnown,
      changes: 0,
    });
    return this.#routines.length - 1;
  }

  /** The routine a CALL or FORK enters, made known on first sight. */
  #enter(kind: 'call' | 'fork', entry: number): number {
    const known = this.#entered[kind].get(entry) ?? this.#open(kind, entry);
    this.#entered[kind].set(entry, known);
    return known;
  }

  /** Follows one routine to a fixed point and sums it up; answers whether its summary changed. */
  #analyse(routine: OpenRoutine, index: number): boolean {
    routine.depths = this.#follow(routine, index);
    let summary = nothingKnown;
    if (routine.kind === 'call') {
      for (const [block, before] of routine.depths) {
        summary = joinSummaries(summary, this.#sumUp(block, before));
      }
    }
    return settle(routine, summary);
  }

  /** The depths at all blocks of a routine. */
  #follow({ kind, entry }: OpenRoutine, index: number): Map<number, DepthRange> {
    const start = kind === 'main' ? this.#initialDepth : 0;
    const depths = new Map<number, DepthRange>([[entry, { min: start, max: start }]]);
    const changes = new Map<number, DepthChanges>();
    const open = [entry];
    for (let block = open.pop(); block !== undefined; block = open.pop()) {
      this.#visits += 1;
      if (this.#isSpent) break;
      const after = this.#after(kind, block, depths.get(block) as DepthRange);
      const callee = this.#calleeOf(block);
      if (callee !== undefined) this.#routines[callee]?.callers.add(index);
      const { next, target } = this.#graph.blocks[block] as BasicBlock;
      for (const follower of after === undefined ? [] : [next, target]) {
        if (follower === undefined || after === undefined) continue;
        const before = depths.get(follower);
        const joined = before === undefined ? after : joinRanges(before, after);
        if (before !== undefined && sameRange(before, joined)) continue;
        const counted = countChanges(changes.get(follower), before, joined);
        changes.set(follower, counted);
        const widened = before === undefined ? joined : widenCounted(before, joined, counted);
        // What a called routine finds below its entry is its caller's; below the program is nothing.
        depths.set(follower, kind === 'call' ? widened : atLeast(widened, 0));
        open.push(follower);
      }
    }
    return depths;
  }

  /** The routine a block calls, if it ends in a CALL; a FORK's is made known too. */
  #calleeOf(block: number): number | undefined {
    const { callee } = this.#graph.blocks[block] as BasicBlock;
    if (callee === undefined) return undefined;
    const { kind } = lastNode(this.#graph, block);
    if (kind === 'call') return this.#enter('call', callee);
    this.#enter('fork', callee);
    return undefined;
  }

  /** The depth after a block; undefined where control does not go on. */
  #after(kind: RoutineDepths['kind'], block: number, before: DepthRange): DepthRange | undefined {
    const { need, net } = this.#effects[block] as BlockEffect;
    const isCall = kind === 'call';
    const after = shift(isCall ? before : atLeast(before, need), net, net);
    const callee = this.#calleeOf(block);
    // A RESUME that takes up what this SUSPEND saved leaves one value more than the host does.
    if (lastNode(this.#graph, block).kind === 'suspend') return shift(after, 0, 1);
    if (callee === undefined) return after;
    const { need: below, change } = this.#routines[callee]?.summary ?? nothingKnown;
    if (change === undefined) return undefined;
    // On R a routine that returns at all leaves the stack as it was.
    if (this.#returns === 'shared') return after;
    return shift(isCall ? after : atLeast(after, below), change.min, change.max);
  }

  /** What one block of a called routine says about it. */
  #sumUp(block: number, before: DepthRange): Summary {
    const { need, net } = this.#effects[block] as BlockEffect;
    const after = shift(before, net, net);
    const asks = asked({ need, needAtLeast: need }, before);
    if (lastNode(this.#graph, block).kind === 'return') return { ...asks, change: after };
    const callee = this.#calleeOf(block);
    if (callee === undefined) return asks;
    return joinSummaries(asks, asked(this.#routines[callee]?.summary ?? nothingKnown, after));
  }
}

/** Takes over what was found anew about a routine; answers whether it differs from before. */
function settle(routine: OpenRoutine, found: Summary): boolean {
  const before = routine.summary;
  const joined = { ...joinSummaries(before, found), needAtLeast: found.needAtLeast };
  const next = routine.changes < WIDEN_AFTER ? joined : widenSummary(before, joined);
  const isSame =
    next.need === before.need &&
    next.needAtLeast === before.needAtLeast &&
    sameRange(next.change, before.change);
  if (isSame) return false;
  routine.changes += 1;
  routine.summary = next;
  return true;
}

/** The last node of a block. */
export function lastNode<I extends Instruction>(graph: BlockGraph<I>, block: number): FlowNode<I> {
  const { first, count } = graph.blocks[block] as BasicBlock;
  return graph.nodes[first + count - 1] as FlowNode<I>;
}

function effectOf({ first, count }: BasicBlock, nodes: readonly FlowNode[]): BlockEffect {
  let need = 0;
  let net = 0;
  for (const { pops, pushes } of nodes.slice(first, first + count)) {
    need = Math.max(need, pops - net);
    net += pushes - pops;
  }
  return { need, net };
}
