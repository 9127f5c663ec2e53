import type { BlockGraph } from './block-graph.ts';
import { type DepthAnalysis, lastNode } from './depth.ts';
import { type FindingList, printAddress } from './finding.ts';
import type { Instruction } from './verified-program.ts';

/**
 * Reports loops that nothing in the program can end: code that is reached, and from which there is
 * no way to a HALT, a return, or the end of the code. A trap, the step limit or fuel still end it.
 */
export function checkEndless<I extends Instruction>(
  graph: BlockGraph<I>,
  analysis: DepthAnalysis,
  findings: FindingList,
): void {
  const kinds = graph.blocks.map((_, block) => lastNode(graph, block).kind);
  const within = graph.blocks.map(({ next, target, callee }, block): readonly number[] => {
    const goesOn = kinds[block] !== 'call' || returns(analysis, callee);
    return [goesOn ? next : undefined, target].filter((each) => each !== undefined);
  });
  const isStop = kinds.map((kind, block) => {
    const fallsOff = kind !== 'return' && kind !== 'call' && within[block]?.length === 0;
    return kind === 'stop' || kind === 'suspend' || fallsOff;
  });
  // A HALT inside a routine ends its callers too; a RET ends the routine alone.
  const halts = thatReach(
    isStop,
    within.map((each, block) => {
      const callee = kinds[block] === 'call' ? graph.blocks[block]?.callee : undefined;
      return callee === undefined ? each : [...each, callee];
    }),
  );
  const leaves = thatReach(
    kinds.map((kind) => kind === 'return'),
    within,
  );
  const stuck = graph.blocks.find((_, block) => !halts[block] && !leaves[block]);
  if (stuck === undefined) return;
  const message = `${printAddress(stuck.pc)}: from here the program never ends`;
  findings.add('warning', 'endless-loop', { pc: stuck.pc, message });
}

function returns({ routines, routineOf }: DepthAnalysis, callee: number | undefined): boolean {
  return routines[routineOf.get(callee ?? -1) ?? -1]?.summary.change !== undefined;
}

/** Blocks from which one of the ends can be reached, working back from them. */
function thatReach(
  ends: readonly boolean[],
  followers: readonly (readonly number[])[],
): readonly boolean[] {
  const before = ends.map((): number[] => []);
  for (const [block, next] of followers.entries()) {
    for (const each of next) before[each]?.push(block);
  }
  const reach = [...ends];
  const open = ends.flatMap((isEnd, block) => (isEnd ? [block] : []));
  for (let block = open.pop(); block !== undefined; block = open.pop()) {
    for (const each of before[block] ?? []) {
      if (reach[each]) continue;
      reach[each] = true;
      open.push(each);
    }
  }
  return reach;
}
