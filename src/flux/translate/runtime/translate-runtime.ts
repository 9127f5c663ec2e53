import { untranslatable } from '../translation.ts';
import {
  type Fields,
  layoutSize,
  type Result,
  readFields,
  refused,
  writeFields,
} from './layout.ts';
import {
  floatRegisters,
  integerRegisters,
  type OperationName,
  operations,
  writesFirst,
} from './operations.ts';
import {
  type Encoding,
  type EncodingName,
  type RuntimeEncoding,
  runtimeEncodings,
} from './runtimes.ts';

/** One instruction with its place in both programs. */
export interface RuntimeStep {
  readonly from: number;
  readonly to: number;
  readonly operation: OperationName;
  /** Its names in the two runtimes. */
  readonly names: readonly [from: string, to: string];
}

export interface RuntimeTranslation {
  readonly code: Uint8Array;
  readonly steps: readonly RuntimeStep[];
}

export interface RuntimeOptions {
  readonly from: EncodingName;
  readonly to: EncodingName;
}

interface Decoded extends Fields {
  readonly pc: number;
  readonly encoding: Encoding;
}

/**
 * Translates a program between the encodings of two runtimes, instruction by instruction: decoded,
 * its operation and operands encoded anew, every jump led to where its instruction now is. What has
 * no exact equal is refused with its address (`flux/untranslatable`). Numbers keep the width of the
 * runtime that runs them: 32 bits on machine R, 64 or more elsewhere. Reference: FLUX §9.
 *
 * @example
 * translateRuntime(parseHex('2b00050080'), { from: 'python', to: 'canonical' }).steps.length; // => 2
 */
export function translateRuntime(code: Uint8Array, options: RuntimeOptions): RuntimeTranslation {
  const source = runtimeEncodings[options.from];
  const target = runtimeEncodings[options.to];
  const decoded = decodeProgram(code, source);
  const encodings = decoded.map((each) => encodingFor(each, target));
  const starts = layOut(decoded, encodings, code.length);
  const steps: RuntimeStep[] = [];
  const bytes: number[] = [];
  for (const [index, each] of decoded.entries()) {
    const encoding = encodings[index]!;
    const next = starts.get(nextPc(decoded, index, code.length))!;
    const written = encode(each, encoding, { next, starts });
    if ('refused' in written) throw untranslatable(each.pc, each.encoding.name, written.refused);
    const names = [each.encoding.name, encoding.name] as const;
    steps.push({ from: each.pc, to: bytes.length, operation: encoding.operation, names });
    bytes.push(...written.value);
  }
  return { code: Uint8Array.from(bytes), steps };
}

/** How many opcode bytes of a runtime translate, and how many have no equal. */
export function runtimeCoverage(name: EncodingName): {
  readonly translatable: number;
  readonly unmapped: number;
} {
  const { size } = new Set(runtimeEncodings[name].encodings.map(({ byte }) => byte));
  return { translatable: size, unmapped: 256 - size };
}

function decodeProgram(code: Uint8Array, runtime: RuntimeEncoding): readonly Decoded[] {
  const decoded: Decoded[] = [];
  for (let pc = 0; pc < code.length; ) {
    const encoding = encodingAt(code, pc, runtime);
    const { name, layout, operation, implied } = encoding;
    const read = readFields(layout, { code, at: pc + 1, arity: operations[operation] });
    if ('refused' in read) throw untranslatable(pc, name, read.refused);
    const operands = implied === undefined ? read.value.operands : [implied];
    checkRegisters(runtime, { pc, name, operation, operands });
    decoded.push({ ...read.value, operands, pc, encoding });
    pc += 1 + layoutSize(layout, code, pc + 1);
  }
  const starts = new Set(decoded.map(({ pc }) => pc));
  for (const { pc, target, encoding } of decoded) {
    if (target === undefined || starts.has(target)) continue;
    throw untranslatable(pc, encoding.name, 'jumps to where no instruction begins');
  }
  return decoded;
}

function encodingAt(code: Uint8Array, pc: number, { encodings, unmatched }: RuntimeEncoding) {
  const byte = code[pc];
  const encoding = encodings.find((each) => each.byte === byte);
  if (encoding !== undefined) return encoding;
  const known = unmatched.find((each) => each.byte === byte);
  if (known !== undefined) throw untranslatable(pc, known.name, known.reason);
  const name = `opcode 0x${(byte ?? 0).toString(16).padStart(2, '0')}`;
  throw untranslatable(pc, name, 'has no exact equal');
}

interface Named {
  readonly pc: number;
  readonly name: string;
  readonly operation: OperationName;
  readonly operands: readonly number[];
}

/** Registers must exist in a runtime and must not be ones it uses by itself. */
function checkRegisters(runtime: RuntimeEncoding, { pc, name, operation, operands }: Named): void {
  for (const register of integerRegisters(operation, operands)) {
    if (register >= runtime.registers) {
      throw untranslatable(
        pc,
        name,
        `names R${register}, and ${runtime.source} has ${runtime.registers} registers`,
      );
    }
    if (runtime.reserved.has(register)) {
      throw untranslatable(pc, name, `uses R${register}, which ${runtime.source} uses by itself`);
    }
  }
  const [first] = operands;
  if (first === runtime.zero && first !== undefined && writesFirst(operation)) {
    throw untranslatable(pc, name, `writes R${first}, which is always zero in ${runtime.source}`);
  }
  for (const register of floatRegisters(operation, operands)) {
    if (register >= runtime.floats) {
      throw untranslatable(
        pc,
        name,
        `names F${register}, and ${runtime.source} has ${runtime.floats} float registers`,
      );
    }
  }
}

/** The first encoding of the operation that its operands fit, whatever the distance of a jump. */
function encodingFor({ pc, encoding, operands }: Decoded, target: RuntimeEncoding): Encoding {
  const { operation, name } = encoding;
  const all = target.encodings.filter((each) => each.operation === operation);
  let reason = `has no exact equal in ${target.source}`;
  for (const each of all) {
    const fitting = fits(each, operands);
    if (fitting === undefined) {
      checkRegisters(target, { pc, name, operation, operands });
      return each;
    }
    reason = fitting;
  }
  throw untranslatable(pc, name, reason);
}

function fits({ layout, implied }: Encoding, operands: readonly number[]): string | undefined {
  if (implied !== undefined && operands[0] !== implied) {
    return `tests R${operands[0]}, and its equal tests R${implied}`;
  }
  const written = writeFields(layout.replace(/[tBTV]/, ''), { operands }, 0);
  return 'refused' in written ? written.refused : undefined;
}

const nextPc = (decoded: readonly Decoded[], index: number, end: number): number =>
  decoded[index + 1]?.pc ?? end;

/** Where each instruction comes to lie; jumps of any length grow until every distance fits. */
function layOut(
  decoded: readonly Decoded[],
  encodings: readonly Encoding[],
  end: number,
): ReadonlyMap<number, number> {
  const sizes = encodings.map(({ layout }) => 1 + layoutSize(layout));
  for (;;) {
    const starts = new Map<number, number>();
    let at = 0;
    for (const [index, { pc }] of decoded.entries()) {
      starts.set(pc, at);
      at += sizes[index]!;
    }
    starts.set(end, at);
    let grown = false;
    for (const [index, each] of decoded.entries()) {
      const next = starts.get(nextPc(decoded, index, end))!;
      const written = encode(each, encodings[index]!, { next, starts });
      if ('refused' in written || written.value.length <= sizes[index]!) continue;
      sizes[index] = written.value.length;
      grown = true;
    }
    if (!grown) return starts;
  }
}

interface Place {
  /** Address after the instruction. */
  readonly next: number;
  readonly starts: ReadonlyMap<number, number>;
}

function encode(
  { operands, target }: Decoded,
  { byte, layout }: Encoding,
  { next, starts }: Place,
): Result<readonly number[]> {
  const led = target === undefined ? undefined : starts.get(target);
  const fields = { operands, ...(led !== undefined && { target: led }) };
  const written = writeFields(layout, fields, next);
  if ('refused' in written) return refused(written.refused);
  return { value: [byte, ...written.value] };
}
