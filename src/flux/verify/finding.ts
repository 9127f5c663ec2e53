import { fluxLimits } from '../limits.ts';

/** What the verifier can find, by name. */
export type FindingCode =
  | 'empty'
  | 'too-long'
  | 'unknown-opcode'
  | 'unimplemented'
  | 'truncated'
  | 'target-out-of-range'
  | 'target-inside-instruction'
  | 'underflow'
  | 'call-underflow'
  | 'return-address'
  | 'computed-jump'
  | 'shared-stack'
  | 'memory-address'
  | 'division-by-zero'
  | 'endless-loop'
  | 'missing-halt'
  | 'unreachable'
  | 'needs-host'
  | 'not-portable'
  | 'too-complex';

/**
 * One thing the verifier has to say about a program.
 *
 * - `error`: it certainly fails if it gets there; the program is not run.
 * - `unproven`: it may underflow or jump wild, and then traps like any program.
 * - `warning`: it is safe, but probably not what was meant.
 * - `info`: worth knowing.
 */
export interface Finding {
  readonly severity: 'error' | 'unproven' | 'warning' | 'info';
  readonly code: FindingCode;
  readonly pc: number;
  readonly message: string;
}

/** An address as the reports print it: `0x` and at least four hex digits. */
export function printAddress(pc: number): string {
  const digits = Math.abs(pc).toString(16).toUpperCase().padStart(4, '0');
  return `${pc < 0 ? '-' : ''}0x${digits}`;
}

/**
 * Collects findings, one of a kind for an address and the gravest of them, up to a limit, so that a
 * hostile program cannot fill the memory with them.
 */
export class FindingList {
  readonly #findings = new Map<string, Finding>();

  add(
    severity: Finding['severity'],
    code: FindingCode,
    { pc, message }: { readonly pc: number; readonly message: string },
  ): void {
    const key = `${pc} ${code}`;
    const known = this.#findings.get(key);
    if (known?.severity === 'error') return;
    if (known === undefined && this.#findings.size >= fluxLimits.findingsMax) return;
    this.#findings.set(key, { severity, code, pc, message });
  }

  /** In the order of addresses. */
  inOrder(): readonly Finding[] {
    return [...this.#findings.values()].sort((a, b) => a.pc - b.pc);
  }
}
