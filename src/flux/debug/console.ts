import type { JsonObject } from '../../base/index.ts';
import { toHex } from '../assembly/hex.ts';
import { instructionText, listCode } from '../assembly/listing.ts';
import { FluxError } from '../error.ts';
import { jsonNumber, resultJson } from '../run-report.ts';
import { printAddress } from '../verify/finding.ts';
import type { MachineView } from './driver.ts';
import type { DebugSession, Stop } from './session.ts';

/** What one debugger command answers: data for programs, text for people. */
export interface DebugAnswer {
  readonly data: JsonObject;
  readonly text: string;
}

export const debugHelp = `step [n]              execute n instructions (s)
back [n]              go back n instructions (b)
run                   go on to a breakpoint, a watch or the end (r, continue, c)
break <label|addr>    stop before an instruction
clear <label|addr>    take a breakpoint away
watch <addr> [bytes]  stop when memory changes
show                  the state again
memory <addr> [bytes] bytes of memory
list                  the program, with breakpoints and the next instruction
help                  this list
quit                  leave (q)`;

const COUNT_MAX = 1_000_000_000;

/**
 * Carries out one line as `datum flux debug` takes it; undefined for `quit`.
 * Throws `flux/debug-command` for what is no command.
 */
export function debugCommand(session: DebugSession, line: string): DebugAnswer | undefined {
  const [name = '', first, second] = line.trim().split(/\s+/);
  switch (name) {
    case 's':
    case 'step':
      return stopped(session, session.step(count(first, 1)));
    case 'b':
    case 'back':
      return stopped(session, session.back(count(first, 1)));
    case 'r':
    case 'c':
    case 'run':
    case 'continue':
      return stopped(session, session.run());
    case 'break': {
      const pc = session.breakAt(needed(first, 'a label or an address'));
      return { data: { breakpoint: pc }, text: `stops at ${printAddress(pc)}` };
    }
    case 'clear': {
      const cleared = session.clear(needed(first, 'a label or an address'));
      return { data: { cleared }, text: cleared ? 'cleared' : 'there was no breakpoint' };
    }
    case 'watch': {
      const watch = session.watch(count(needed(first, 'an address'), 0), count(second, 4));
      return { data: { watch: { ...watch } }, text: `watches ${regionText(watch)}` };
    }
    case 'show':
      return { data: viewJson(session), text: printView(session) };
    case 'memory':
      return showMemory(session, count(needed(first, 'an address'), 0), count(second, 16));
    case 'list':
      return list(session);
    case 'help':
      return { data: { help: debugHelp }, text: debugHelp };
    case 'q':
    case 'quit':
      return undefined;
    default:
      throw faulty(name === '' ? 'a command is missing' : `${name} is no debugger command`);
  }
}

function faulty(message: string): FluxError {
  return new FluxError({
    code: 'flux/debug-command',
    message,
    hint: 'the command help lists them all',
    kind: 'usage',
  });
}

function needed(word: string | undefined, what: string): string {
  if (word === undefined) throw faulty(`${what} is missing`);
  return word;
}

function count(word: string | undefined, otherwise: number): number {
  if (word === undefined) return otherwise;
  const value = Number(word);
  if (Number.isInteger(value) && value >= 0 && value <= COUNT_MAX) return value;
  throw faulty(`${word} is no whole number`);
}

const regionText = (region: { readonly address: number; readonly length: number }): string =>
  `${region.length} bytes at ${printAddress(region.address)}`;

function stopped(session: DebugSession, { reason, changed }: Stop): DebugAnswer {
  const why = {
    start: 'at the start',
    step: '',
    breakpoint: 'breakpoint',
    watch: `changed: ${changed.map(regionText).join(', ')}`,
    end: '',
  }[reason];
  return {
    data: { reason, changed: changed.map((each) => ({ ...each })), ...viewJson(session) },
    text: [...(why === '' ? [] : [why]), printView(session)].join('\n'),
  };
}

function viewJson(session: DebugSession): JsonObject {
  const { view, result } = session;
  const { registers, stack, calls, output, ending, trap, ...rest } = view;
  return {
    ...rest,
    next: nextText(session, view),
    stack: [...stack],
    registers: Object.fromEntries([...registers].map(([name, value]) => [name, jsonNumber(value)])),
    calls: [...calls],
    output: [...output],
    ...(ending !== undefined && { ending }),
    ...(trap !== undefined && { trap: { ...trap } }),
    ...(result !== undefined && { result: resultJson(result) }),
  };
}

/** The next instruction; empty at the end of the code. */
function nextText({ program }: DebugSession, { pc }: MachineView): string {
  return pc < program.code.length ? instructionText(program.code, pc, program.machine).text : '';
}

function printView(session: DebugSession): string {
  const { view, program } = session;
  const { step, pc, flags, stack, registers, calls, ending, trap } = view;
  const label = [...program.labels].find(([, at]) => at === pc)?.[0];
  const line = program.lines.get(pc);
  const where = [
    printAddress(pc),
    ...(label === undefined ? [] : [`<${label}>`]),
    ...(line === undefined ? [] : [`line ${line}`]),
  ].join(' ');
  const next =
    ending === undefined ? nextText(session, view) || '(end of code)' : `ended: ${ending}`;
  const state = [
    ...(program.machine === 'stack' || stack.length > 0 ? [`stack [${stack.join(', ')}]`] : []),
    ...[...registers].map(([name, value]) => `${name}=${value}`),
    `flags ${flags.toString(16).toUpperCase().padStart(2, '0')}`,
    ...(calls.length === 0 ? [] : [`calls ${calls.map(printAddress).join(' ')}`]),
  ];
  return [
    `step ${step}  ${where}  ${next}`,
    `  ${state.join('  ')}`,
    ...(trap === undefined ? [] : [`  ${trap.kind}: ${trap.message}`]),
  ].join('\n');
}

function showMemory(session: DebugSession, address: number, length: number): DebugAnswer {
  const bytes = session.memory(address, length);
  const rows: string[] = [];
  for (let at = 0; at < bytes.length; at += 16) {
    const row = [...bytes.subarray(at, at + 16)].map((byte) => toHex(Uint8Array.of(byte)));
    rows.push(`${printAddress(address + at)}  ${row.join(' ')}`);
  }
  return { data: { address, bytes: toHex(bytes) }, text: rows.join('\n') };
}

function list({ program, view, breakpoints }: DebugSession): DebugAnswer {
  const named = new Map([...program.labels].map(([name, pc]) => [pc, name]));
  const lines = listCode(program.code, program.machine);
  const text = lines.flatMap(({ pc, text }) => {
    const marks = `${pc === view.pc ? '>' : ' '}${breakpoints.includes(pc) ? '*' : ' '}`;
    const label = named.get(pc);
    return [...(label === undefined ? [] : [`${label}:`]), `${marks} ${printAddress(pc)}  ${text}`];
  });
  return { data: { lines: lines.map((each) => ({ ...each })) }, text: text.join('\n') };
}
