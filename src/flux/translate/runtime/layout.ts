/**
 * How the operands of an instruction lie in its bytes after the opcode, one letter a field:
 *
 * - `a b c` a register byte, operand 0, 1, 2; a letter twice means both bytes must be equal
 * - `-` a byte that nothing reads, written as zero; `z` a byte that must be zero, `Z` two of them
 * - `s` `i` `u` an immediate, operand 1: signed 16-bit little-endian, signed and unsigned 8-bit
 * - `t` a target, as a signed 16-bit distance from the next instruction
 * - `V` a target, as a length byte and a distance of 1 (signed), 2 (unsigned) or 8 bytes (signed)
 * - `B` a target, as an absolute address of one byte; `T` the same in three bytes, high byte first
 *
 * An operation with operands a, b and c whose layout has no `b` works in place: b is a.
 */
export type Layout = string;

/** Operands of one instruction, whatever its encoding: registers and immediates, and a jump target. */
export interface Fields {
  readonly operands: readonly number[];
  /** Address the instruction jumps to. */
  readonly target?: number;
}

/** What reading or writing comes to: a value, or why there is none. */
export type Result<T> = { readonly value: T } | { readonly refused: string };

export const refused = (reason: string): { readonly refused: string } => ({ refused: reason });

const FIXED: Readonly<Record<string, number>> = { s: 2, t: 2, Z: 2, T: 3 };

/** Bytes of the fields; a length-prefixed distance is read from the code, or else as short as it can be. */
export function layoutSize(layout: Layout, code?: Uint8Array, at = 0): number {
  let size = 0;
  for (const letter of layout) {
    size += letter === 'V' ? 1 + (code?.[at + size] ?? 1) : (FIXED[letter] ?? 1);
  }
  return size;
}

const signed16 = (low: number, high: number): number => ((low | (high << 8)) << 16) >> 16;

/** Reads the fields that begin at `at`; `arity` says how many operands the operation has. */
export function readFields(
  layout: Layout,
  { code, at, arity }: { readonly code: Uint8Array; readonly at: number; readonly arity: number },
): Result<Fields> {
  const size = layoutSize(layout, code, at);
  if (at + size > code.length) return refused('is cut off by the end of the code');
  const end = at + size;
  const operands: number[] = [];
  let target: number | undefined;
  let next = at;
  const byte = (): number => {
    next += 1;
    return code[next - 1] ?? 0;
  };
  for (const letter of layout) {
    const slot = 'abc'.indexOf(letter);
    if (slot >= 0) {
      const register = byte();
      if (operands[slot] !== undefined && operands[slot] !== register) {
        return refused('has two registers where its equal has one');
      }
      operands[slot] = register;
    } else if (letter === 's') operands[1] = signed16(byte(), byte());
    else if (letter === 'i') operands[1] = (byte() << 24) >> 24;
    else if (letter === 'u') operands[1] = byte();
    else if (letter === 't') target = end + signed16(byte(), byte());
    else if (letter === 'B') target = byte();
    else if (letter === 'T') target = (byte() << 16) | (byte() << 8) | byte();
    else if (letter === 'V') {
      const distance = readDistance(code, next);
      if (distance === undefined) return refused('has a distance of a length nobody defines');
      target = end + distance;
      next = end;
    } else if (letter === 'z' || letter === 'Z') {
      const value = letter === 'z' ? byte() : signed16(byte(), byte());
      if (value !== 0) return refused('has an operand its equal does not have');
    } else byte();
  }
  if (arity === 3) operands[1] ??= operands[0] ?? 0;
  return { value: { operands, ...(target !== undefined && { target }) } };
}

/** The distance behind its length byte. */
function readDistance(code: Uint8Array, at: number): number | undefined {
  const view = new DataView(code.buffer, code.byteOffset, code.byteLength);
  switch (code[at]) {
    case 1:
      return view.getInt8(at + 1);
    case 2:
    case 3:
      return view.getUint16(at + 1, true);
    case 4:
    case 5:
    case 6:
    case 7:
      return view.getUint32(at + 1, true);
    case 8:
      return Number(view.getBigInt64(at + 1, true));
    default:
      return undefined;
  }
}

/** Writes fields; `next` is the address after the instruction as it is laid out. */
export function writeFields(
  layout: Layout,
  { operands, target = 0 }: Fields,
  next: number,
): Result<readonly number[]> {
  const bytes: number[] = [];
  if (operands.length === 3 && !layout.includes('b') && operands[0] !== operands[1]) {
    return refused('has two registers where its equal works in place');
  }
  const [, immediate = 0] = operands;
  for (const letter of layout) {
    const slot = 'abc'.indexOf(letter);
    const range = RANGES[letter];
    const value = isTarget(letter) ? target - ('BT'.includes(letter) ? 0 : next) : immediate;
    if (range !== undefined && (value < range[0] || value > range[1])) {
      return refused(
        isTarget(letter) ? 'jumps too far' : `has an immediate, ${value}, that is too large`,
      );
    }
    if (slot >= 0) bytes.push(operands[slot] ?? 0);
    else if (letter === 's' || letter === 't') bytes.push(value & 255, (value >> 8) & 255);
    else if (letter === 'i' || letter === 'u' || letter === 'B') bytes.push(value & 255);
    else if (letter === 'T') bytes.push((value >> 16) & 255, (value >> 8) & 255, value & 255);
    else if (letter === 'V') bytes.push(...writeDistance(value));
    else bytes.push(...(letter === 'Z' ? [0, 0] : [0]));
  }
  return { value: bytes };
}

const RANGES: Readonly<Record<string, readonly [number, number]>> = {
  s: [-32_768, 32_767],
  i: [-128, 127],
  u: [0, 255],
  t: [-32_768, 32_767],
  B: [0, 255],
  T: [0, 0xff_ffff],
};

const isTarget = (letter: string): boolean => 'tBTV'.includes(letter);

function writeDistance(distance: number): readonly number[] {
  if (distance >= -128 && distance <= 127) return [1, distance & 255];
  if (distance >= 0 && distance <= 65_535) return [2, distance & 255, distance >> 8];
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigInt64(0, BigInt(distance), true);
  return [8, ...bytes];
}
