import type { Json, JsonObject } from '../../base/index.ts';
import { instructionText } from '../assembly/listing.ts';
import type { Program } from '../assembly/program.ts';
import { checkProgram, type ProgramStart, type RunResult } from '../run-program.ts';
import { jsonNumber } from '../run-report.ts';
import { printAddress } from '../verify/finding.ts';
import { startDriver } from './driver.ts';

/** One executed instruction and what it changed. */
export interface TraceEntry {
  /** Instructions executed, this one included. */
  readonly step: number;
  readonly pc: number;
  readonly text: string;
  /** Line of the source, where it is known. */
  readonly line?: number;
  readonly flags: number;
  /** Values on the stack afterwards, and the topmost of them, bottom to top. */
  readonly depth: number;
  readonly stack: readonly string[];
  /** Machine R: registers it changed, with their new values. */
  readonly changed: ReadonlyMap<string, number>;
  /** What it printed. */
  readonly output: readonly string[];
}

export interface Trace {
  readonly entries: readonly TraceEntry[];
  /** Instructions executed after the last entry, when there were more than asked for. */
  readonly omitted: number;
  readonly result: RunResult;
}

export interface TraceOptions extends ProgramStart {
  /** Entries to keep; default 10,000. */
  readonly entriesMax?: number;
}

const ENTRIES_MAX = 10_000;
/** Values of the stack that an entry shows. */
const SHOWN_DEPTH = 16;

/** Verifies a program and runs it like `runProgram`, noting every instruction. */
export function traceProgram(program: Program, options: TraceOptions = {}): Trace {
  checkProgram(program, options);
  const { entriesMax = ENTRIES_MAX } = options;
  const driver = startDriver(program, options, options.host ?? {});
  const entries: TraceEntry[] = [];
  let before = driver.view();
  while (driver.result === undefined && entries.length < entriesMax) {
    const { pc, step } = before;
    driver.advance(1);
    const after = driver.view();
    const line = program.lines.get(pc);
    // A trap and the end of the code are no instructions; a trapping one of R still counts as one.
    if (after.step > step || after.trap !== undefined) {
      entries.push({
        step: after.step,
        pc,
        text: instructionText(program.code, pc, program.machine).text,
        ...(line !== undefined && { line }),
        flags: after.flags,
        depth: after.stack.length,
        stack: after.stack.slice(-SHOWN_DEPTH),
        changed: changes(before.registers, after.registers),
        output: after.output.slice(before.output.length),
      });
    }
    before = after;
  }
  driver.advance(Number.POSITIVE_INFINITY);
  const result = driver.result as RunResult;
  return { entries, omitted: result.steps - (entries.at(-1)?.step ?? 0), result };
}

function changes(
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
): ReadonlyMap<string, number> {
  const changed = new Map<string, number>();
  for (const name of new Set([...before.keys(), ...after.keys()])) {
    const value = after.get(name) ?? 0;
    if (!Object.is(value, before.get(name) ?? 0)) changed.set(name, value);
  }
  return changed;
}

/** A trace entry as JSON. */
export function traceEntryJson(entry: TraceEntry): JsonObject {
  const { changed, stack, output, line, ...rest } = entry;
  const registers = [...changed].map(([name, value]): [string, Json] => [name, jsonNumber(value)]);
  return {
    ...rest,
    ...(line !== undefined && { line }),
    stack: stack.map((text) => jsonNumber(Number(text))),
    changed: Object.fromEntries(registers),
    output: [...output],
  };
}

/** A trace entry as one line: step, address, instruction, what it left. */
export function printTraceEntry({
  step,
  pc,
  text,
  depth,
  stack,
  changed,
  output,
}: TraceEntry): string {
  const dots = depth > stack.length ? '… ' : '';
  const left = [
    ...(depth > 0 ? [`[${dots}${stack.join(', ')}]`] : []),
    ...[...changed].map(([name, value]) => `${name}=${value}`),
    ...output.map((each) => JSON.stringify(each)),
  ].join(' ');
  return `${String(step).padStart(6)}  ${printAddress(pc)}  ${text.padEnd(20)}  ${left}`.trimEnd();
}
