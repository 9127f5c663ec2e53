import { assemble } from '../assembly/assemble.ts';
import { printData } from '../assembly/disassemble.ts';
import { FluxError } from '../error.ts';
import { fluxLimits } from '../limits.ts';
import type { DataSegment, MachineName } from '../machine.ts';
import { printAddress } from '../verify/finding.ts';
import type { VerifiedProgram } from '../verify/verified-program.ts';
import { refusal, verify } from '../verify/verify.ts';

/** A program of one machine that does on the other what the original does. */
export interface Translation {
  readonly from: MachineName;
  readonly to: MachineName;
  readonly original: Uint8Array;
  readonly code: Uint8Array;
  /** What lies in memory when either of them starts. */
  readonly data: readonly DataSegment[];
  /** Source of `code`; each comment names the instruction it stands for. */
  readonly assembly: string;
  /** Values on the stack of machine S when it starts. */
  readonly initialDepth: number;
  /** Where the state of the other machine is found. */
  readonly correspondence: Correspondence;
}

export type Correspondence =
  | {
      readonly to: 'register';
      /** The register that holds how many values the stack has; slot k of it is register k. */
      readonly depthRegister: number;
    }
  | {
      readonly to: 'stack';
      /** Address of the cell of each integer register the program uses. */
      readonly cells: ReadonlyMap<number, number>;
      /** Memory from here on belongs to the cells: touching it traps instead of reaching a register. */
      readonly memoryEnd: number;
    };

export interface TranslateOptions {
  readonly from: MachineName;
  /** Values on the stack of machine S when it starts; default 0. */
  readonly initialDepth?: number;
  /** What lies in memory when the program starts. */
  readonly data?: readonly DataSegment[];
}

/** The proven program, or the reason why it is not. */
export function provenProgram(
  code: Uint8Array,
  { from, initialDepth = 0 }: TranslateOptions,
): VerifiedProgram {
  const { program, findings } = verify(code, { machine: from, initialDepth });
  if (program === undefined) throw refusal(findings);
  return program;
}

/** What has no exact equal on the other machine, with its address. */
export const untranslatable = (pc: number, name: string, reason: string): FluxError =>
  new FluxError({
    code: 'flux/untranslatable',
    message: `${printAddress(pc)}: ${name} ${reason}`,
    hint: 'change the instruction at this address, or run the program on its own machine',
    data: { pc, instruction: name, reason },
  });

/** Source that grows line by line. */
export class SourceWriter {
  readonly #lines: string[] = [];
  #comment: string | undefined;

  /** The next instruction written is the first for this one of the original. */
  begin(pc: number, name: string): void {
    this.#comment = `${printAddress(pc)} ${name}`;
  }

  label(name: string): void {
    this.#lines.push(`${name}:`);
  }

  code(text: string): void {
    const line = `  ${text}`;
    this.#lines.push(this.#comment === undefined ? line : `${line.padEnd(28)}; ${this.#comment}`);
    this.#comment = undefined;
  }

  /** The source, and the bytecode it stands for. */
  finish(
    machine: MachineName,
    data: readonly DataSegment[],
  ): Pick<Translation, 'assembly' | 'code' | 'data'> {
    const lines = [`.machine ${machine}`, ...printData(data), ...this.#lines];
    const assembly = `${lines.join('\n')}\n`;
    if (assembly.length > fluxLimits.sourceCharactersMax) {
      throw untranslatable(0, 'the program', 'is too long, as its translation would be');
    }
    return { assembly, code: assemble(assembly, { machine }).code, data };
  }
}
