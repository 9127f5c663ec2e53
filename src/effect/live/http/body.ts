import { pipeline } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { bytes, type Json } from '../../../base/index.ts';
import { EffectError } from '../../error.ts';
import { type Content, type ContentForm, contentOf } from '../content.ts';
import type { TransportResponse } from './transport.ts';

export interface BodyOptions {
  readonly as: ContentForm;
  /** Counted after decompression, so a small bomb is found too. */
  readonly bytesMax: number;
  readonly onProgress?: (piece: Json) => void;
}

/** Reads a body to its end, decompressed and decoded; pieces go to `onProgress` as they arrive. */
export async function readBody(
  response: TransportResponse,
  options: BodyOptions,
): Promise<Content> {
  const { as, bytesMax, onProgress } = options;
  const charset = charsetOf(response.headers['content-type']);
  const pieces: Uint8Array[] = [];
  const decoder = as === 'text' ? decoderFor(charset) : undefined;
  let size = 0;
  try {
    for await (const piece of decompressed(response)) {
      size += piece.length;
      if (size > bytesMax) throw tooLarge(bytesMax);
      pieces.push(piece);
      onProgress?.(decoder === undefined ? bytes(piece) : decoder.decode(piece, { stream: true }));
    }
  } finally {
    response.discard();
  }
  const whole = Buffer.concat(pieces);
  if (as === 'bytes') return contentOf(whole, 'bytes', 'the body');
  return decoderFor(charset).decode(whole);
}

function decompressed({ body, headers }: TransportResponse): AsyncIterable<Uint8Array> {
  const encoding = headers['content-encoding']?.trim().toLowerCase() ?? 'identity';
  if (encoding === 'identity' || encoding === '') return body;
  const unpack = unpackers[encoding]?.();
  if (unpack === undefined) throw badBody(`it is encoded as ${JSON.stringify(encoding)}`);
  // A failure of either side shows where the pieces are read.
  pipeline(body, unpack, () => undefined);
  return unpack;
}

const unpackers: Readonly<Record<string, () => ReturnType<typeof createGunzip>>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};

const charsetOf = (contentType = ''): string =>
  /;\s*charset\s*=\s*"?([\w.:-]+)/i.exec(contentType)?.[1] ?? 'utf-8';

function decoderFor(charset: string): TextDecoder {
  try {
    return new TextDecoder(charset);
  } catch (cause) {
    throw badBody(`its charset ${JSON.stringify(charset)} is not known`, cause);
  }
}

const tooLarge = (bytesMax: number): EffectError =>
  new EffectError({
    code: 'effect/too-large',
    message: `the answer is longer than the ${bytesMax} bytes allowed`,
    hint: 'ask for a part of it, or raise bytesMax',
    data: { bytesMax },
  });

const badBody = (why: string, cause?: unknown): EffectError =>
  new EffectError({
    code: 'effect/bad-body',
    message: `the answer cannot be read: ${why}`,
    hint: "ask for it as: 'bytes', or for another encoding",
    ...(cause === undefined ? {} : { cause }),
  });
