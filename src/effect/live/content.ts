import { type BytesTag, bytes } from '../../base/index.ts';
import { z } from '../../spec/index.ts';
import { EffectError } from '../error.ts';

/** Bytes as JSON: the tag of the canonical form. */
export const bytesTag = z.object({ $bytes: z.base64() });

/** What a file, a message or a stream holds: text, or bytes. */
export const content = z.union([z.string(), bytesTag]);
export type Content = z.infer<typeof content>;

/** How the bytes of an answer are wanted. */
export const contentForm = z.enum(['text', 'bytes']);
export type ContentForm = z.infer<typeof contentForm>;

/** The bytes of a content; text is UTF-8. */
export const contentBytes = (value: Content): Buffer =>
  typeof value === 'string' ? Buffer.from(value, 'utf8') : Buffer.from(value.$bytes, 'base64');

/** Bytes in the wanted form; throws `effect/not-text` for text that is not UTF-8. */
export function contentOf(found: Uint8Array, form: ContentForm, what: string): Content {
  if (form === 'bytes') return bytes(found) as BytesTag;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(found);
  } catch (cause) {
    throw new EffectError({
      code: 'effect/not-text',
      message: `${what} is not UTF-8 text`,
      hint: "ask for it as: 'bytes'",
      cause,
    });
  }
}
