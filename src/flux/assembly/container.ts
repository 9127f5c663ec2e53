import { sha256 } from '../../base/index.ts';
import { FluxError } from '../error.ts';
import { fluxLimits } from '../limits.ts';
import type { DataSegment, MachineName } from '../machine.ts';
import type { Program } from './program.ts';

/**
 * The file form of a program: `FLUX`, a fixed header, then code, data and labels. Little-endian.
 *
 * | offset | bytes | what |
 * |---|---|---|
 * | 0 | 4 | `FLUX` |
 * | 4 | 2 | version, 2 |
 * | 6 | 2 | machine: 1 stack, 2 register |
 * | 8 | 4 | bytes of code |
 * | 12 | 4 | number of data segments |
 * | 16 | 4 | number of labels |
 * | 20 | 32 | SHA-256 of all other bytes in order |
 * | 52 | … | the code; each segment as address (4), length (4), bytes; each label as address (4), length (2), UTF-8 |
 *
 * Version 1 is the header of the Rust runtime (FLUX §4), whose programs run on neither machine.
 */
const MAGIC = Uint8Array.of(0x46, 0x4c, 0x55, 0x58);
const VERSION = 2;
const HASH_AT = 20;
const HEADER = 52;

const machineCodes: Readonly<Record<MachineName, number>> = { stack: 1, register: 2 };

/** Whether bytes begin with `FLUX`. */
export function isContainer(bytes: Uint8Array): boolean {
  return MAGIC.every((byte, index) => bytes[index] === byte);
}

/** A program as bytes with the magic and a content hash; its source lines are left out. */
export function packProgram({ machine, code, data, labels }: Program): Uint8Array {
  const names = [...labels].map(([name, pc]) => ({ pc, text: Buffer.from(name) }));
  const size =
    HEADER +
    code.length +
    data.reduce((sum, { bytes }) => sum + 8 + bytes.length, 0) +
    names.reduce((sum, { text }) => sum + 6 + text.length, 0);
  const packed = Buffer.alloc(size);
  packed.set(MAGIC);
  packed.writeUInt16LE(VERSION, 4);
  packed.writeUInt16LE(machineCodes[machine], 6);
  packed.writeUInt32LE(code.length, 8);
  packed.writeUInt32LE(data.length, 12);
  packed.writeUInt32LE(names.length, 16);
  packed.set(code, HEADER);
  let at = HEADER + code.length;
  for (const { address, bytes } of data) {
    packed.writeUInt32LE(address, at);
    packed.writeUInt32LE(bytes.length, at + 4);
    packed.set(bytes, at + 8);
    at += 8 + bytes.length;
  }
  for (const { pc, text } of names) {
    packed.writeUInt32LE(pc, at);
    packed.writeUInt16LE(text.length, at + 4);
    packed.set(text, at + 6);
    at += 6 + text.length;
  }
  packed.set(contentHash(packed), HASH_AT);
  return Uint8Array.from(packed);
}

/** SHA-256 of everything but the hash itself. */
function contentHash(packed: Uint8Array): Uint8Array {
  const rest = Buffer.concat([packed.subarray(0, HASH_AT), packed.subarray(HEADER)]);
  return Buffer.from(sha256(rest), 'hex');
}

/**
 * Reads a packed program. Throws `flux/container` for anything that is not exactly one, and
 * `flux/container-hash` when its content is not what was packed.
 */
export function unpackProgram(bytes: Uint8Array): Program {
  const reader = new Reader(bytes);
  if (!isContainer(bytes)) throw fault('does not begin with FLUX');
  const version = reader.number(4, 2);
  if (version === 1) {
    throw fault('has version 1, the form of the Rust runtime, which neither machine can run');
  }
  if (version !== VERSION) throw fault(`has version ${version}, not ${VERSION}`);
  const kind = reader.number(6, 2);
  const machine = kind === 1 ? 'stack' : kind === 2 ? 'register' : undefined;
  if (machine === undefined) throw fault(`names the machine ${kind}, which is neither`);
  reader.need(HEADER);
  if (Buffer.compare(bytes.subarray(HASH_AT, HEADER), contentHash(bytes)) !== 0) {
    throw new FluxError({
      code: 'flux/container-hash',
      message: 'the content of this FLUX file is not what its hash says',
      hint: 'the file was damaged or changed; assemble it again',
      kind: 'integrity',
    });
  }
  reader.at = HEADER;
  const code = reader.take(reader.number(8, 4));
  const data = readSegments(reader, reader.number(12, 4));
  const labels = readLabels(reader, reader.number(16, 4), code.length);
  if (reader.at !== bytes.length) throw fault('goes on after its end');
  return { machine, code, data, labels, lines: new Map() };
}

function readSegments(reader: Reader, count: number): readonly DataSegment[] {
  const data: DataSegment[] = [];
  let end = 0;
  for (let index = 0; index < count; index += 1) {
    const header = reader.take(8);
    const address = Buffer.from(header).readUInt32LE(0);
    const bytes = reader.take(Buffer.from(header).readUInt32LE(4));
    if (address < end) throw fault(`has data at ${address} that overlaps or is out of order`);
    end = address + bytes.length;
    if (end > fluxLimits.memoryBytes) {
      throw fault(`has data up to ${end}, beyond the ${fluxLimits.memoryBytes} bytes of memory`);
    }
    data.push({ address, bytes });
  }
  return data;
}

function readLabels(
  reader: Reader,
  count: number,
  codeLength: number,
): ReadonlyMap<string, number> {
  if (count > fluxLimits.namesMax) throw fault(`has ${count} labels, too many`);
  const labels = new Map<string, number>();
  for (let index = 0; index < count; index += 1) {
    const header = Buffer.from(reader.take(6));
    const name = Buffer.from(reader.take(header.readUInt16LE(4))).toString('utf8');
    const pc = header.readUInt32LE(0);
    if (pc > codeLength || !/^[A-Za-z_][\w.]*$/.test(name)) throw fault('has a faulty label');
    labels.set(name, pc);
  }
  return labels;
}

/** Reads on through bytes and refuses to read past their end. */
class Reader {
  at = 0;
  readonly #bytes: Buffer;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  need(end: number): void {
    if (end > this.#bytes.length) throw fault('ends too early');
  }

  number(at: number, width: number): number {
    this.need(at + width);
    return this.#bytes.readUIntLE(at, width);
  }

  take(length: number): Uint8Array {
    this.need(this.at + length);
    const taken = this.#bytes.subarray(this.at, this.at + length);
    this.at += length;
    return Uint8Array.from(taken);
  }
}

function fault(what: string): FluxError {
  return new FluxError({
    code: 'flux/container',
    message: `this FLUX file ${what}`,
    hint: 'make it anew with: datum flux asm program.flux -o program.fluxc',
  });
}
