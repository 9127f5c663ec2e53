import { usageError } from './error.ts';

/** Bytes as text; what is not UTF-8 is refused (`cli/usage`) rather than changed. */
export function utf8Of(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw usageError(`${name} is not UTF-8`, 'convert it first: iconv -f latin1 -t utf-8');
  }
}
