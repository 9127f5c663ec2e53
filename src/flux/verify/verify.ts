import { sha256 } from '../../base/index.ts';
import { FluxError } from '../error.ts';
import { fluxLimits } from '../limits.ts';
import type { MachineName } from '../machine.ts';
import type { RegisterInstruction } from '../register/decode.ts';
import type { StackInstruction } from '../stack/decode.ts';
import { type BlockGraph, buildBlocks, fallsThrough, type KnownTargets } from './block-graph.ts';
import { checkDepth } from './check-depth.ts';
import { checkRegisterConstants, checkStackConstants } from './constants.ts';
import { analyseDepth, type DepthAnalysis, type ReturnStack } from './depth.ts';
import { checkEndless } from './endless.ts';
import { type Finding, type FindingCode, FindingList, printAddress } from './finding.ts';
import type { NodeReader } from './flow-node.ts';
import { knownTargets } from './known-targets.ts';
import { checkNodes, type NodeList, readNodes } from './read-nodes.ts';
import { registerNode } from './register-node.ts';
import { stackNode } from './stack-node.ts';
import type { Instruction, Routine, VerifiedProgram } from './verified-program.ts';

export interface VerifyOptions {
  readonly machine: MachineName;
  /** Values on the stack of machine S when it starts; default 0. */
  readonly initialDepth?: number;
}

/** What the verifier found, and the proven program when it found nothing that speaks against it. */
export interface Verification {
  readonly machine: MachineName;
  readonly findings: readonly Finding[];
  /** How many instructions the code has, and which of them can never be reached. */
  readonly instructionCount: number;
  readonly unreachable: readonly number[];
  readonly program?: VerifiedProgram;
}

/** What the verifier must know of a machine. */
interface MachineRules<I extends Instruction> {
  readonly read: NodeReader<I>;
  readonly returns: ReturnStack;
  readonly knownTargets: (list: NodeList<I>) => KnownTargets;
  readonly checkConstants: (graph: BlockGraph<I>, findings: FindingList) => void;
}

const stackRules: MachineRules<StackInstruction> = {
  read: stackNode,
  returns: 'own',
  knownTargets: () => new Map(),
  checkConstants: checkStackConstants,
};

const registerRules: MachineRules<RegisterInstruction> = {
  read: registerNode,
  returns: 'shared',
  knownTargets,
  checkConstants: checkRegisterConstants,
};

/**
 * Decides before a run what a program can do: that it decodes, that no jump goes astray, and that
 * no instruction finds the stack too small. Any bytes are answered with findings, never an exception.
 *
 * @example
 * verify(parseHex('10'), { machine: 'stack' }).findings[0].code; // => 'underflow'
 */
export function verify(code: Uint8Array, options: VerifyOptions): Verification {
  const { machine, initialDepth = 0 } = options;
  return machine === 'stack'
    ? verifyBy(stackRules, code, { machine, initialDepth })
    : verifyBy(registerRules, code, { machine, initialDepth: 0 });
}

/** The proven program, or `flux/refused` with the first reason against it. */
export function verified(code: Uint8Array, options: VerifyOptions): VerifiedProgram {
  const { program, findings } = verify(code, options);
  if (program !== undefined) return program;
  throw refusal(findings);
}

/** The error for a program that is not run. */
export function refusal(findings: readonly Finding[]): FluxError {
  const grave = findings.filter(({ severity }) => severity === 'error' || severity === 'unproven');
  const first = grave.find(({ severity }) => severity === 'error') ?? grave[0];
  return new FluxError({
    code: 'flux/refused',
    message: first?.message ?? 'the program is not proven',
    hint: 'the verifier refuses this program; correct it, see data.findings',
    data: { findings: grave.slice(0, 20).map((each) => ({ ...each })) },
  });
}

function verifyBy<I extends Instruction>(
  rules: MachineRules<I>,
  code: Uint8Array,
  options: Required<VerifyOptions>,
): Verification {
  const { machine, initialDepth } = options;
  const findings = new FindingList();
  const refused = refuseOutright(code);
  if (refused !== undefined) {
    return { machine, findings: [refused], instructionCount: 0, unreachable: [] };
  }
  const list = readNodes(code, rules.read);
  checkNodes(code, list, findings);
  const known = rules.knownTargets(list);
  const graph = buildBlocks(list, known);
  checkComputed(graph, { known, indexAt: list.indexAt }, findings);
  const analysis = analyseDepth(graph, { initialDepth, returns: rules.returns });
  checkDepth({ graph, analysis, returns: rules.returns, findings });
  checkEndless(graph, analysis, findings);
  rules.checkConstants(graph, findings);
  const unreachable = checkReach(list, graph, findings);

  const found = withoutFalseCertainty(findings.inOrder());
  const isProven = found.every(({ severity }) => severity !== 'error' && severity !== 'unproven');
  return {
    machine,
    findings: found,
    instructionCount: list.nodes.length,
    unreachable,
    ...(isProven && { program: provenProgram(code, { graph, analysis, options }) }),
  };
}

/** What hides from the verifier where control can come from, and how deep the stack is then. */
const concealing: ReadonlySet<FindingCode> = new Set([
  'computed-jump',
  'return-address',
  'shared-stack',
]);

/** Where control may go anywhere, no underflow is certain: it only cannot be excluded. */
function withoutFalseCertainty(findings: readonly Finding[]): readonly Finding[] {
  if (!findings.some(({ code }) => concealing.has(code))) return findings;
  return findings.map((each) =>
    each.code === 'underflow' || each.code === 'call-underflow'
      ? { ...each, severity: 'unproven' }
      : each,
  );
}

function refuseOutright(code: Uint8Array): Finding | undefined {
  if (code.length === 0) {
    return { severity: 'error', code: 'empty', pc: 0, message: 'the program is empty' };
  }
  const max = fluxLimits.codeBytesMax;
  if (code.length <= max) return undefined;
  const message = `the program has ${code.length} bytes, more than ${max}`;
  return { severity: 'error', code: 'too-long', pc: 0, message };
}

/** Jumps by a register: unknown distances cannot be proven, known ones must hit an instruction. */
function checkComputed<I extends Instruction>(
  { nodes }: BlockGraph<I>,
  { known, indexAt }: { readonly known: KnownTargets; readonly indexAt: Int32Array },
  findings: FindingList,
): void {
  for (const { pc, kind, name } of nodes) {
    if (kind !== 'computed') continue;
    const target = known.get(pc);
    const at = printAddress(pc);
    if (target === undefined) {
      const message = `${at}: ${name} takes its distance from a register that is not constant`;
      findings.add('unproven', 'computed-jump', { pc, message });
    } else if ((indexAt[target] ?? -1) === -1) {
      const message = `${at}: ${name} by its register leads to ${printAddress(target)}, where no instruction begins`;
      findings.add('unproven', 'computed-jump', { pc, message });
    }
  }
}

/** Reports code that is never reached, an end without HALT, and instructions that need a host. */
function checkReach<I extends Instruction>(
  { nodes }: NodeList<I>,
  graph: BlockGraph<I>,
  findings: FindingList,
): readonly number[] {
  const reached = new Set(graph.nodes.map(({ pc }) => pc));
  const unreachable = nodes.flatMap(({ pc }) => (reached.has(pc) ? [] : [pc]));
  let previous: boolean | undefined;
  for (const { pc, name, fault } of nodes) {
    const isReached = reached.has(pc);
    if (!isReached && previous !== false) {
      const what = fault === undefined ? `${name} and what follows it` : 'this code';
      const message = `${printAddress(pc)}: ${what} can never be reached`;
      findings.add('warning', 'unreachable', { pc, message });
    }
    previous = isReached;
  }
  const last = nodes.at(-1);
  if (last !== undefined && reached.has(last.pc) && fallsThrough(last)) {
    const message = `${printAddress(last.pc)}: the code can run off its end, a HALT is missing`;
    findings.add('warning', 'missing-halt', { pc: last.pc, message });
  }
  for (const { pc, name, needsHost } of graph.nodes) {
    if (!needsHost) continue;
    findings.add('info', 'needs-host', {
      pc,
      message: `${printAddress(pc)}: ${name} asks the host and traps where there is none`,
    });
  }
  return unreachable;
}

function provenProgram<I extends Instruction>(
  code: Uint8Array,
  parts: {
    readonly graph: BlockGraph<I>;
    readonly analysis: DepthAnalysis;
    readonly options: Required<VerifyOptions>;
  },
): VerifiedProgram<I> {
  const { graph, analysis, options } = parts;
  const routines = analysis.routines.map(
    ({ kind, entry, depths, summary }): Routine => ({
      kind,
      entry,
      depths,
      need: summary.need,
      ...(summary.change !== undefined && { change: summary.change }),
    }),
  );
  return Object.freeze({
    machine: options.machine,
    code: Uint8Array.from(code),
    hash: sha256(code),
    initialDepth: options.initialDepth,
    instructions: graph.nodes.flatMap(({ instruction }) => instruction ?? []),
    blocks: graph.blocks,
    routines,
  });
}
