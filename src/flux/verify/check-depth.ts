import type { BlockGraph } from './block-graph.ts';
import { type DepthAnalysis, lastNode, type ReturnStack, type RoutineDepths } from './depth.ts';
import { type FindingList, printAddress } from './finding.ts';
import type { DepthRange, Instruction } from './verified-program.ts';

interface Check<I extends Instruction> {
  readonly graph: BlockGraph<I>;
  readonly analysis: DepthAnalysis;
  readonly returns: ReturnStack;
  readonly findings: FindingList;
}

/** Reports where the stack is too small: certain when every way there has too little, else possible. */
export function checkDepth<I extends Instruction>(check: Check<I>): void {
  const { graph, analysis, findings } = check;
  if (!analysis.complete) {
    const message = 'this program is too entangled to prove that its stack is never empty';
    findings.add('unproven', 'too-complex', { pc: 0, message });
    return;
  }
  for (const routine of analysis.routines) {
    for (const [block, before] of routine.depths) checkBlock(check, routine, { block, before });
  }
  for (const node of graph.nodes) {
    if (node.kind === 'fork' && node.sharesStack) {
      const message = `${printAddress(node.pc)}: ${node.name} shares its stack, whose depth is then unknown`;
      findings.add('unproven', 'shared-stack', { pc: node.pc, message });
    }
  }
}

function checkBlock<I extends Instruction>(
  { graph, analysis, returns, findings }: Check<I>,
  routine: RoutineDepths,
  { block, before }: { readonly block: number; readonly before: DepthRange },
): void {
  const { first, count, callee } = graph.blocks[block] ?? { first: 0, count: 0 };
  // On S a called routine may use what lies below its entry; its callers are checked for that.
  const isBounded = routine.kind !== 'call' || returns === 'shared';
  let depth = before;
  for (const { pc, name, pops, pushes } of graph.nodes.slice(first, first + count)) {
    if (isBounded && depth.min < pops) {
      if (routine.kind === 'call') {
        const message = `${printAddress(pc)}: ${name} may take the return address of its routine`;
        findings.add('unproven', 'return-address', { pc, message });
      } else {
        reportUnderflow(findings, { pc, name, pops, depth });
      }
      depth = { min: Math.max(depth.min, pops), max: Math.max(depth.max, pops) };
    }
    depth = { min: depth.min - pops + pushes, max: depth.max - pops + pushes };
  }
  const last = lastNode(graph, block);
  if (last.kind === 'return') {
    checkReturn({ findings, returns }, routine, { pc: last.pc, name: last.name, depth });
  }
  if (last.kind !== 'call' || callee === undefined || !isBounded || returns === 'shared') return;
  const summary = analysis.routines[analysis.routineOf.get(callee) ?? -1]?.summary;
  if (summary === undefined || summary.need <= depth.min) return;
  const isCertain = summary.needAtLeast > depth.max;
  const needs = Number.isFinite(summary.need) ? `${summary.need}` : 'ever more';
  const message =
    `stack underflow at ${printAddress(last.pc)}: the routine at ` +
    `${printAddress(last.target ?? 0)} takes ${needs} from the stack, which ${holds(depth)}`;
  findings.add(isCertain ? 'error' : 'unproven', 'underflow', { pc: last.pc, message });
}

function reportUnderflow(
  findings: FindingList,
  at: {
    readonly pc: number;
    readonly name: string;
    readonly pops: number;
    readonly depth: DepthRange;
  },
): void {
  const { pc, name, pops, depth } = at;
  const isCertain = depth.max < pops;
  const values = pops === 1 ? '1 value' : `${pops} values`;
  const message =
    `${isCertain ? '' : 'possible '}stack underflow at ${printAddress(pc)}: ` +
    `${name} takes ${values} from the stack, which ${holds(depth)}`;
  findings.add(isCertain ? 'error' : 'unproven', 'underflow', { pc, message });
}

function holds({ min, max }: DepthRange): string {
  const low = Math.max(0, min);
  if (low === max) return `holds ${low}`;
  return Number.isFinite(max) ? `holds ${low} to ${max}` : `holds ${low} or more`;
}

function checkReturn(
  { findings, returns }: { readonly findings: FindingList; readonly returns: ReturnStack },
  { kind }: RoutineDepths,
  { pc, name, depth }: { readonly pc: number; readonly name: string; readonly depth: DepthRange },
): void {
  const at = printAddress(pc);
  if (kind === 'call') {
    if (returns === 'own' || (depth.min === 0 && depth.max === 0)) return;
    const message = `${at}: ${name} may return to a value that PUSH left, not to its caller`;
    findings.add('unproven', 'return-address', { pc, message });
  } else if (returns === 'own') {
    const message = `call stack underflow at ${at}: ${name} without a CALL`;
    findings.add('error', 'call-underflow', { pc, message });
  } else if (depth.max === 0) {
    const message = `stack underflow at ${at}: ${name} without a CALL`;
    findings.add('error', 'call-underflow', { pc, message });
  } else {
    const message = `${at}: ${name} without a CALL jumps to a value that PUSH left`;
    findings.add('unproven', 'return-address', { pc, message });
  }
}
