import { bad, check } from './form.ts';

/** A signature in 128 lower-case hex digits. */
export type SignatureHex = string;

/** The bytes of a stored transaction and the signature over its id. */
export interface SignedBytes {
  readonly sig: SignatureHex;
  readonly bytes: Uint8Array;
}

/**
 * The line of a segment: `{"sig":"<128 hex>","tx":<canonical bytes>}` and a newline, so the
 * signature and the transaction stand at fixed offsets.
 */
export function encodeLine(sig: SignatureHex, transaction: string): Buffer {
  check(SIGNATURE.test(sig), 'the signature is not 128 lower-case hex digits');
  return Buffer.from(`${OPEN}${sig}${MIDDLE}${transaction}${CLOSE}`);
}

/** The parts of a line without its newline; throws `fact/bad-transaction` for any other form. */
export function decodeLine(line: Uint8Array): SignedBytes & { readonly bytes: Buffer } {
  const view =
    line instanceof Buffer ? line : Buffer.from(line.buffer, line.byteOffset, line.length);
  if (!isLine(view, 0, view.length)) throw bad(NOT_A_LINE);
  return {
    sig: view.toString('latin1', OPEN.length, SIGNATURE_END),
    bytes: view.subarray(BODY, -1),
  };
}

/** What is wrong with a line of another form. */
export const NOT_A_LINE = 'the line has another form than {"sig":"…","tx":…}';

/**
 * Whether bytes from `start` to `end` have the form of a line without its newline. Byte by byte: a
 * pattern over the text of the head takes five times as long.
 */
export function isLine(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start <= BODY || bytes[end - 1] !== BRACE) return false;
  for (let at = 0; at < OPEN.length; at += 1) {
    if (bytes[start + at] !== OPEN.charCodeAt(at)) return false;
  }
  let digits = 0;
  for (let at = start + OPEN.length; at < start + SIGNATURE_END; at += 1)
    digits += HEX[bytes[at] as number] as number;
  if (digits !== SIGNATURE_END - OPEN.length) return false;
  for (let at = 0; at < MIDDLE.length; at += 1) {
    if (bytes[start + SIGNATURE_END + at] !== MIDDLE.charCodeAt(at)) return false;
  }
  return true;
}

/** The transaction's bytes in what {@link isLine} has accepted. */
export const bodyOf = (bytes: Uint8Array, start: number, end: number): Uint8Array =>
  bytes.subarray(start + BODY, end - 1);

/** 1 for the bytes of the lower-case hex digits. */
const HEX = Uint8Array.from({ length: 256 }, (_, byte) =>
  '0123456789abcdef'.includes(String.fromCharCode(byte)) ? 1 : 0,
);

const OPEN = '{"sig":"';
const MIDDLE = '","tx":';
const CLOSE = '}\n';
const BRACE = '}'.charCodeAt(0);
const SIGNATURE = /^[0-9a-f]{128}$/;

/** Offset after the signature in its line. */
const SIGNATURE_END = OPEN.length + 128;
/** Offset of the transaction's bytes. */
const BODY = SIGNATURE_END + MIDDLE.length;
