import { FluxError } from '../error.ts';
import { fluxLimits } from '../limits.ts';

/**
 * Reads bytecode written as hex digits, two a byte, nothing between them.
 *
 * @example
 * parseHex('1000').length; // => 2
 */
export function parseHex(text: string): Uint8Array {
  const fault = hexFault(text);
  if (fault !== undefined) {
    throw new FluxError({
      code: 'flux/hex',
      message: fault,
      hint: 'write bytecode as pairs of hex digits without spaces, such as 550500000000',
      kind: 'usage',
    });
  }
  return Uint8Array.from(Buffer.from(text, 'hex'));
}

function hexFault(text: string): string | undefined {
  if (text === '') return 'the bytecode is empty';
  if (text.length > 2 * fluxLimits.codeBytesMax) {
    return `the bytecode is longer than ${fluxLimits.codeBytesMax} bytes`;
  }
  const junk = /[^0-9a-fA-F]/.exec(text);
  if (junk !== null) {
    const what = /\s/.test(junk[0]) ? 'a space' : `"${junk[0]}"`;
    return `the bytecode has ${what} at position ${junk.index + 1}, which is no hex digit`;
  }
  if (text.length % 2 === 1) return `the bytecode has an odd number of hex digits (${text.length})`;
  return undefined;
}

/** Bytes as lower-case hex digits. */
export function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}
