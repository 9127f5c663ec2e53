import { canonicalize, type Sha256 } from '../base/index.ts';
import type { BlobRef, Blobs } from '../fact/index.ts';
import { ModelError } from './error.ts';
import { requestParts } from './request-parts.ts';

/** One request with its answer, as recorded: keys are out, every other byte is as it was sent. */
export type Exchange = {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Blobs whose contents, joined, are the body. */
  readonly body: readonly Sha256[];
  /** Absent when none came. */
  readonly answer?: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: Sha256;
    /** False when the connection ended, or was given up, before the answer did. */
    readonly complete: boolean;
  };
};

export interface RecordingOptions {
  readonly blobs: Blobs;
  readonly fetch: typeof globalThis.fetch;
  /** Takes keys out before anything is hashed. */
  readonly hide: (text: string) => string;
  /** `local` when absent. */
  readonly keep?: BlobRef['keep'];
}

export interface Recording {
  readonly fetch: typeof globalThis.fetch;
  /** Stores what was sent and what has come so far; answers the hash of each exchange's record. */
  store(): Promise<readonly Sha256[]>;
}

/** A `fetch` that remembers every request and answer byte for byte, to be stored as blobs. */
export function recordingFetch(options: RecordingOptions): Recording {
  const made: Pending[] = [];
  return {
    fetch: async (input, init) => {
      const request = new Request(input, init);
      const sent = Buffer.from(await request.clone().arrayBuffer());
      const pending: Pending = { request, sent, came: [], complete: false };
      made.push(pending);
      pending.response = await options.fetch(input, init);
      return listenedTo(pending.response, pending);
    },
    store: async () => {
      const hashes: Sha256[] = [];
      for (const pending of made.splice(0)) hashes.push(await storeExchange(pending, options));
      return hashes;
    },
  };
}

interface Pending {
  readonly request: Request;
  readonly sent: Uint8Array;
  response?: Response;
  readonly came: Uint8Array[];
  complete: boolean;
}

function listenedTo(response: Response, pending: Pending): Response {
  const body = response.body?.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform: (chunk, controller) => {
        pending.came.push(chunk);
        controller.enqueue(chunk);
      },
      flush: () => {
        pending.complete = true;
      },
    }),
  );
  if (body === undefined) {
    pending.complete = true;
    return response;
  }
  const { status, statusText, headers } = response;
  return new Response(body, { status, statusText, headers });
}

async function storeExchange(pending: Pending, options: RecordingOptions): Promise<Sha256> {
  const { blobs, hide, keep = 'local' } = options;
  const put = async (text: string): Promise<Sha256> =>
    (await blobs.put(Buffer.from(text, 'latin1'), keep)).hash;
  const { request, response } = pending;
  const body: Sha256[] = [];
  for (const part of requestParts(hide(bytesText([pending.sent])))) body.push(await put(part));
  const record: Exchange = {
    method: request.method,
    url: hide(request.url),
    headers: shownHeaders(request.headers, hide),
    body,
    ...(response === undefined
      ? {}
      : {
          answer: {
            status: response.status,
            headers: shownHeaders(response.headers, hide),
            body: await put(hide(bytesText(pending.came))),
            complete: pending.complete,
          },
        }),
  };
  return (await blobs.put(canonicalize(record), keep)).hash;
}

/** One character a byte, so that nothing but the keys changes whatever the bytes are. */
const bytesText = (parts: readonly Uint8Array[]): string => Buffer.concat(parts).toString('latin1');

const secretHeaders: ReadonlySet<string> = new Set([
  'authorization',
  'proxy-authorization',
  'x-api-key',
  'x-goog-api-key',
  'api-key',
  'cookie',
  'set-cookie',
]);

const shownHeaders = (
  headers: Headers,
  hide: (text: string) => string,
): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...headers].map(([name, value]) => [
      name,
      secretHeaders.has(name) ? '[redacted:field]' : hide(value),
    ]),
  );

/** Reads the record of an exchange. Throws `model/not-recorded` when it is not on this machine. */
export async function readExchange(hash: Sha256, blobs: Blobs): Promise<Exchange> {
  return JSON.parse((await contentOf(hash, blobs)).toString('utf8')) as Exchange;
}

/** The body of a recorded request, byte for byte. */
export const sentBody = async ({ body }: Exchange, blobs: Blobs): Promise<Buffer> =>
  Buffer.concat(await Promise.all(body.map((part) => contentOf(part, blobs))));

/**
 * A `fetch` that serves recorded answers one after another, without a network. Throws
 * `model/not-recorded` when there are no more.
 */
export function replayingFetch(hashes: readonly Sha256[], blobs: Blobs): typeof globalThis.fetch {
  let next = 0;
  return async () => {
    const hash = hashes[next];
    next += 1;
    if (hash === undefined) throw notRecorded('no further answer was recorded');
    const { answer } = await readExchange(hash, blobs);
    if (answer === undefined) throw notRecorded('no answer came when this was recorded');
    const body = new Uint8Array(await contentOf(answer.body, blobs));
    return new Response(body, { status: answer.status, headers: answer.headers });
  };
}

async function contentOf(hash: Sha256, blobs: Blobs): Promise<Buffer> {
  const content = await blobs.get(hash);
  if (content === undefined) throw notRecorded(`blob ${hash} is not on this machine`);
  return Buffer.from(content);
}

const notRecorded = (message: string): ModelError =>
  new ModelError({
    code: 'model/not-recorded',
    message,
    hint: 'recorded requests and answers stay on the machine that made them; replay there',
  });
