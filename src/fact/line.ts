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

/** The transaction's bytes in a line with its newline. */
export const lineBody = (line: Uint8Array): Uint8Array => line.subarray(BODY, -CLOSE.length);

/** The parts of a line without its newline; throws `fact/bad-transaction` for any other form. */
export function decodeLine(line: Uint8Array): SignedBytes & { readonly bytes: Buffer } {
  const view =
    line instanceof Buffer ? line : Buffer.from(line.buffer, line.byteOffset, line.length);
  if (!isFramed(view)) throw bad('the line has another form than {"sig":"…","tx":…}');
  return {
    sig: view.toString('latin1', OPEN.length, SIGNATURE_END),
    bytes: view.subarray(BODY, -1),
  };
}

/** Byte by byte: a pattern over the text of the head takes five times as long. */
function isFramed(line: Buffer): boolean {
  if (line.length <= BODY || line[line.length - 1] !== BRACE) return false;
  for (let at = 0; at < OPEN.length; at += 1) {
    if (line[at] !== OPEN.charCodeAt(at)) return false;
  }
  let digits = 0;
  for (let at = OPEN.length; at < SIGNATURE_END; at += 1)
    digits += HEX[line[at] as number] as number;
  if (digits !== SIGNATURE_END - OPEN.length) return false;
  for (let at = 0; at < MIDDLE.length; at += 1) {
    if (line[SIGNATURE_END + at] !== MIDDLE.charCodeAt(at)) return false;
  }
  return true;
}

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
