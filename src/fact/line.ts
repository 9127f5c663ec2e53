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
export function decodeLine(line: Uint8Array): SignedBytes {
  const view =
    line instanceof Buffer ? line : Buffer.from(line.buffer, line.byteOffset, line.length);
  const head = view.toString('latin1', 0, BODY);
  const sig = head.slice(OPEN.length, -MIDDLE.length);
  const framed =
    head.length === BODY &&
    head.startsWith(OPEN) &&
    head.endsWith(MIDDLE) &&
    SIGNATURE.test(sig) &&
    view[view.length - 1] === BRACE;
  if (!framed) throw bad('the line has another form than {"sig":"…","tx":…}');
  return { sig, bytes: view.subarray(BODY, -1) };
}

const OPEN = '{"sig":"';
const MIDDLE = '","tx":';
const CLOSE = '}\n';
const BRACE = '}'.charCodeAt(0);
const SIGNATURE = /^[0-9a-f]{128}$/;

/** Offset of the transaction's bytes in its line. */
const BODY = OPEN.length + 128 + MIDDLE.length;
