import type { DataSegment, MachineName } from '../machine.ts';

/** A program ready to verify and run, and what its source said beside the code. */
export interface Program {
  readonly machine: MachineName;
  readonly code: Uint8Array;
  /** What lies in memory when it starts; does not overlap, in the order of addresses. */
  readonly data: readonly DataSegment[];
  /** Addresses in the code, by name. */
  readonly labels: ReadonlyMap<string, number>;
  /** Source line of each instruction, by address; empty for what did not come from source. */
  readonly lines: ReadonlyMap<number, number>;
}

/** A program that is nothing but its bytes. */
export function bareProgram(machine: MachineName, code: Uint8Array): Program {
  return { machine, code, data: [], labels: new Map(), lines: new Map() };
}
