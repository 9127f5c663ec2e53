import { hash } from 'node:crypto';
import { canonicalize } from './canonical.ts';
import type { Json } from './json.ts';

/** SHA-256 in 64 lower-case hex digits. */
export type Sha256 = string;

/** SHA-256 of bytes, or of text as UTF-8. */
export const sha256 = (content: Uint8Array | string): Sha256 => hash('sha256', content, 'hex');

/**
 * The content hash of a value: SHA-256 over its canonical UTF-8 text.
 *
 * @example
 * hashOf({}); // => '44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a'
 */
export const hashOf = (value: Json): Sha256 => sha256(canonicalize(value));

/** True for 64 lower-case hex digits. */
export const isSha256 = (text: string): boolean => /^[0-9a-f]{64}$/.test(text);
