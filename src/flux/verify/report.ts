import { sha256 } from '../../base/index.ts';
import { listCode } from '../assembly/listing.ts';
import type { Program } from '../assembly/program.ts';
import { tierOf } from '../conformance/tier.ts';
import type { MachineName } from '../machine.ts';
import type { Tier } from '../stack/isa.ts';
import { type Finding, printAddress } from './finding.ts';
import type { FlowNode, NodeReader } from './flow-node.ts';
import { readNodes } from './read-nodes.ts';
import { registerNode } from './register-node.ts';
import {
  type Compatibility,
  compatibility,
  coreOpcodes,
  type RuntimeName,
  runtimeOpcodes,
} from './runtimes.ts';
import { stackNode } from './stack-node.ts';
import type { Instruction } from './verified-program.ts';
import { type VerifyOptions, verify } from './verify.ts';

/** All there is to say about a program before it runs. */
export interface ValidationReport {
  readonly name: string;
  readonly machine: MachineName;
  readonly hash: string;
  readonly codeBytes: number;
  readonly instructionCount: number;
  /** Whether the verifier has proven it. */
  readonly isProven: boolean;
  readonly findings: readonly Finding[];
  /** The class of its least portable opcode (FLUX §7.2). */
  readonly tier: Tier;
  readonly unreachable: readonly number[];
  readonly jumpTargets: readonly number[];
  readonly outOfBoundsTargets: readonly number[];
  /** Only for machine R, whose byte numbering the other runtimes resemble. */
  readonly runtimes?: Readonly<Record<RuntimeName, Compatibility>>;
  /** Distinct opcodes of an R program outside the 17 of the core. */
  readonly nonCore?: readonly number[];
  readonly listing: readonly ReportedLine[];
}

export interface ReportedLine {
  readonly pc: number;
  readonly bytes: Uint8Array;
  readonly text: string;
  readonly opcode: number;
}

/** Verifies a program and gathers what the reports on it print. */
export function validate(
  { machine, code }: Pick<Program, 'machine' | 'code'>,
  { name, initialDepth }: { readonly name: string } & Pick<VerifyOptions, 'initialDepth'>,
): ValidationReport {
  const options = initialDepth === undefined ? { machine } : { machine, initialDepth };
  const { findings, instructionCount, unreachable, program } = verify(code, options);
  const isReadable = instructionCount > 0;
  const read: NodeReader<Instruction> = machine === 'stack' ? stackNode : registerNode;
  const nodes = isReadable ? readNodes(code, read).nodes : [];
  const opcodes = new Set(nodes.map(({ pc }) => code[pc] ?? 0));
  const targets = [...new Set(nodes.flatMap(({ target }) => target ?? []))].sort((a, b) => a - b);
  return {
    name,
    machine,
    hash: sha256(code),
    codeBytes: code.length,
    instructionCount,
    isProven: program !== undefined,
    findings: [...findings, ...(machine === 'register' ? stubFindings(code, nodes) : [])],
    tier: tierOf(machine, code),
    unreachable,
    jumpTargets: targets,
    outOfBoundsTargets: targets.filter((target) => target < 0 || target >= code.length),
    ...(machine === 'register' && registerReport(opcodes)),
    listing: (isReadable ? listCode(code, machine) : []).map(({ pc, size, text }) => ({
      pc,
      bytes: code.slice(pc, pc + size),
      text,
      opcode: code[pc] ?? 0,
    })),
  };
}

function registerReport(
  opcodes: ReadonlySet<number>,
): Required<Pick<ValidationReport, 'runtimes' | 'nonCore'>> {
  const of = (runtime: RuntimeName): Compatibility => compatibility(opcodes, runtime);
  return {
    runtimes: {
      wasm: of('wasm'),
      python: of('python'),
      rust: of('rust'),
      c: of('c'),
      go: of('go'),
    },
    nonCore: [...opcodes].filter((byte) => !coreOpcodes.has(byte)),
  };
}

/** Opcodes this machine runs and the original passes over in silence. */
function stubFindings(code: Uint8Array, nodes: readonly FlowNode[]): readonly Finding[] {
  return nodes.flatMap(({ pc, name, fault }): readonly Finding[] => {
    if (fault !== undefined || runtimeOpcodes.wasm.has(code[pc] ?? 0)) return [];
    const message = `${printAddress(pc)}: ${name} is NOP-stubbed on WASM runtime`;
    return [{ severity: 'warning', code: 'not-portable', pc, message }];
  });
}
