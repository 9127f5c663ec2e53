import type { Program } from '../assembly/program.ts';
import type { Ending, Host, Trap } from '../machine.ts';
import { interpret } from '../register/interpret.ts';
import { registerFlags, registerMachine } from '../register/machine.ts';
import { cycleBudget, registerResult } from '../register/run.ts';
import type { ProgramStart, RunResult } from '../run-program.ts';
import { stackMachine } from '../stack/machine.ts';
import { formatValue } from '../stack/value.ts';

/** What can be seen of either machine between two instructions. */
export interface MachineView {
  /** Instructions executed so far. */
  readonly step: number;
  /** Address of the next instruction. */
  readonly pc: number;
  readonly flags: number;
  /** Bottom to top, as text: floats show their point. */
  readonly stack: readonly string[];
  /** Machine R: registers that are not zero. */
  readonly registers: ReadonlyMap<string, number>;
  /** Machine S: return addresses, the newest last. */
  readonly calls: readonly number[];
  readonly output: readonly string[];
  readonly ending?: Ending;
  readonly trap?: Trap;
}

/** A machine that goes forward only, one instruction at a time. */
export interface Driver {
  /** Address of the next instruction. */
  readonly pc: number;
  readonly steps: number;
  /** The result, once the program has ended. */
  readonly result: RunResult | undefined;
  advance(steps: number): void;
  view(): MachineView;
  /** A copy of a part of memory. */
  memory(address: number, length: number): Uint8Array;
}

/** Puts a program into its machine, before its first instruction. */
export function startDriver(program: Program, start: ProgramStart, host: Host): Driver {
  return program.machine === 'stack'
    ? stackDriver(program, { ...start, host })
    : registerDriver(program, { ...start, host });
}

function stackDriver({ code, data }: Program, start: ProgramStart): Driver {
  const { limits = {}, host = {}, stack = [] } = start;
  const machine = stackMachine(code, { limits, host, stack, memory: data });
  let result: RunResult | undefined;
  return {
    get pc() {
      return result?.pc ?? machine.context.pc;
    },
    get steps() {
      return machine.state.steps;
    },
    get result() {
      return result;
    },
    advance: (steps) => {
      result ??= machine.advance(steps);
    },
    view: () => {
      const { context } = machine;
      const { ending, trap } = result ?? {};
      return {
        step: machine.state.steps,
        pc: result?.pc ?? context.pc,
        flags: context.flagsByte,
        stack: context.stack.values().map(formatValue),
        registers: new Map(),
        calls: [...context.calls],
        output: [],
        ...(ending !== undefined && { ending }),
        ...(trap !== undefined && { trap }),
      };
    },
    memory: (address, length) => machine.state.memory.slice(address, address + length),
  };
}

function registerDriver({ code, data }: Program, start: ProgramStart): Driver {
  const { limits = {}, host = {}, registers = [] } = start;
  const options = { limits, host, ints: registers, memory: data };
  const machine = registerMachine(code, options);
  const { cycles, spent } = cycleBudget(options);
  let result: RunResult | undefined;
  return {
    get pc() {
      return machine.pc;
    },
    get steps() {
      return machine.cycles;
    },
    get result() {
      return result;
    },
    advance: (steps) => {
      if (result !== undefined) return;
      interpret(machine, Math.min(machine.cycles + steps, cycles));
      // Machine R notices the end of its code only when it goes on.
      const isAtEnd = machine.pc === machine.codeLength && machine.cycles < cycles;
      if (machine.ending === undefined && isAtEnd) machine.ending = 'end';
      const isSpent = machine.ending === undefined && machine.cycles >= cycles;
      if (machine.ending !== undefined || isSpent) {
        result = registerResult(machine, machine.ending ?? spent);
      }
    },
    view: () => {
      const { ending, trap } = result ?? {};
      return {
        step: machine.cycles,
        pc: machine.pc,
        flags: registerFlags(machine),
        stack: Array.from(machine.stack.subarray(0, machine.depth), String),
        registers: new Map([...nonZero('R', machine.ints), ...nonZero('F', machine.floats)]),
        calls: [],
        output: [...machine.output],
        ...(ending !== undefined && { ending }),
        ...(trap !== undefined && { trap }),
      };
    },
    memory: (address, length) => machine.memory.slice(address, address + length),
  };
}

function nonZero(letter: string, values: Iterable<number>): readonly (readonly [string, number])[] {
  return [...values].flatMap((value, index) =>
    value === 0 ? [] : [[`${letter}${index}`, value] as const],
  );
}
