import type { JsonObject } from '../../base/index.ts';
import { toHex } from '../assembly/hex.ts';
import { registerOpcode } from '../register/isa.ts';
import { type Finding, printAddress } from './finding.ts';
import type { ReportedLine, ValidationReport } from './report.ts';
import { coreOpcodes, type RuntimeName, runtimeOpcodes } from './runtimes.ts';

const runtimeNames: readonly RuntimeName[] = ['wasm', 'python', 'rust', 'c', 'go'];

const messages = (
  findings: readonly Finding[],
  ...severities: readonly Finding['severity'][]
): readonly string[] =>
  findings.filter(({ severity }) => severities.includes(severity)).map(({ message }) => message);

const byteText = (byte: number): string =>
  registerOpcode(byte)?.name ?? `0x${byte.toString(16).toUpperCase().padStart(2, '0')}`;

/** A report in the shape of FLUX §10, with what this verifier adds to it. */
export function reportJson(report: ValidationReport): JsonObject {
  const { findings, runtimes, nonCore } = report;
  return {
    filename: report.name,
    machine: report.machine,
    hash: report.hash,
    bytecode_len: report.codeBytes,
    instruction_count: report.instructionCount,
    verified: report.isProven,
    errors: [...messages(findings, 'error')],
    warnings: [...messages(findings, 'unproven', 'warning')],
    info: [...messages(findings, 'info')],
    findings: findings.map((each) => ({ ...each })),
    portability: report.tier,
    runtime_compatibility: Object.fromEntries(
      runtimes === undefined
        ? []
        : runtimeNames.map((name) => {
            const { supported, total, percent, status, missing } = runtimes[name];
            const coverage_pct = Math.round(percent * 10) / 10;
            return [
              name,
              { supported, total, coverage_pct, status, missing: missing.map(byteText) },
            ];
          }),
    ),
    control_flow: {
      unreachable: [...report.unreachable],
      jump_targets: [...report.jumpTargets],
      out_of_bounds_targets: [...report.outOfBoundsTargets],
    },
    irreducible_core_only: nonCore === undefined ? null : nonCore.length === 0,
  };
}

/** A report as people read it (FLUX §10). */
export function printReport(report: ValidationReport): string {
  const { findings, unreachable } = report;
  const rule = '='.repeat(60);
  return [
    rule,
    'FLUX UNIVERSAL BYTECODE VALIDATOR',
    rule,
    `File: ${report.name}`,
    `Machine: ${report.machine}`,
    `Bytecode: ${report.codeBytes} bytes`,
    `Instructions: ${report.instructionCount}`,
    `Portability: ${report.tier}`,
    `Verified: ${report.isProven ? 'yes' : 'no'}`,
    ...runtimeLines(report),
    ...section('ERRORS', messages(findings, 'error')),
    ...section('WARNINGS', messages(findings, 'unproven', 'warning')),
    ...section('NOTES', messages(findings, 'info')),
    ...section('UNREACHABLE CODE', unreachable.map(printAddress)),
    ...listingLines(report),
  ].join('\n');
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0
    ? []
    : ['', `${title} (${lines.length})`, ...lines.map((each) => `  ${each}`)];
}

function runtimeLines({ runtimes, nonCore }: ValidationReport): readonly string[] {
  if (runtimes === undefined || nonCore === undefined) return [];
  const lines = runtimeNames.map((name) => {
    const { supported, total, percent, status, missing } = runtimes[name];
    const icon = percent === 100 ? '+' : percent >= 80 ? '~' : '-';
    const lacks = missing.length === 0 ? '' : `; missing ${missing.map(byteText).join(', ')}`;
    return `  [${icon}] ${name}: ${supported}/${total} (${percent.toFixed(1)}%) ${status}${lacks}`;
  });
  const core =
    nonCore.length === 0
      ? '[+] IRREDUCIBLE CORE ONLY: 17 opcodes that every runtime is meant to have'
      : `[~] Uses ${nonCore.length} non-core opcodes: ${nonCore.slice(0, 5).map(byteText).join(', ')}`;
  return ['', 'RUNTIME COMPATIBILITY', ...lines, core];
}

function listingLines({ machine, listing }: ValidationReport): readonly string[] {
  if (listing.length === 0) return [];
  const lines = listing.map((line) => {
    const marks = machine === 'register' ? `${registerMarks(line)} ` : '';
    return `  ${printAddress(line.pc)}: ${marks}${line.text} ${toHex(line.bytes)}`;
  });
  const legend =
    machine === 'register'
      ? ['', 'IMPL: runs on this machine, CORE: one of the 17, W P R C G: wasm python rust c go']
      : [];
  return ['', 'INSTRUCTION LISTING', ...lines, ...legend];
}

function registerMarks({ opcode }: ReportedLine): string {
  const status = registerOpcode(opcode)?.status ?? 'unimplemented';
  const letters = runtimeNames.map((name) => (runtimeOpcodes[name].has(opcode) ? name[0] : '-'));
  const isCore = coreOpcodes.has(opcode);
  return [
    status === 'unimplemented' ? '[----]' : '[IMPL]',
    isCore ? '[CORE]' : '[----]',
    `[${letters.join('').toUpperCase()}]`,
  ].join('');
}
