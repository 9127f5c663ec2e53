import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** One answer of a scripted model server. */
export type Turn = SpokenTurn | RefusedTurn;

export interface SpokenTurn {
  /** Sent piece by piece. */
  readonly pieces?: readonly string[];
  readonly toolCalls?: readonly {
    readonly id: string;
    readonly name: string;
    readonly input: unknown;
  }[];
  readonly usage?: WireUsage;
  readonly finish?: 'stop' | 'length' | 'tool-calls';
  /** After the pieces: nothing more comes, the connection is cut, or an error event is sent. */
  readonly after?: 'hang' | 'cut' | 'error';
}

export interface WireUsage {
  /** Tokens of the prompt, those of the cache included. */
  readonly input: number;
  readonly output: number;
  readonly cacheRead?: number;
  readonly cacheWrite?: number;
}

export interface RefusedTurn {
  readonly status: number;
  readonly type?: string;
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A turn to be spoken, with nothing left open. */
export type FullTurn = SpokenTurn & Required<Omit<SpokenTurn, 'after'>>;

export interface WireRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test reads the shape the wire format documents.
  readonly body: any;
}

export interface WireServer {
  readonly url: string;
  readonly requests: readonly WireRequest[];
}

type Answer = (request: WireRequest, response: ServerResponse) => void;

/** How a provider speaks: what differs from one wire format to the next. */
export interface Wire {
  /** Why a request gets no turn. */
  readonly refuses: (request: WireRequest) => RefusedTurn | undefined;
  /** Answers a request that is no question to a model; true when it did. */
  readonly answers?: (request: WireRequest, response: ServerResponse) => boolean;
  readonly refusal: (refused: RefusedTurn) => object;
  /** Speaks a turn into a stream of server-sent events that has begun. */
  readonly speak: (request: WireRequest, response: ServerResponse, turn: FullTurn) => void;
}

/** A model server that answers with these turns one after another; the last one stays. */
export function modelServer(turns: readonly Turn[], wire: Wire): Promise<WireServer> {
  const next = inTurn(turns);
  const refuse = (response: ServerResponse, refused: RefusedTurn): void => {
    for (const [name, value] of Object.entries(refused.headers ?? {})) {
      response.setHeader(name, value);
    }
    sendJson(response, refused.status, wire.refusal(refused));
  };
  return wireServer((request, response) => {
    const refused = wire.refuses(request);
    if (refused !== undefined) return refuse(response, refused);
    if (wire.answers?.(request, response)) return;
    const turn = next();
    if ('status' in turn) return refuse(response, turn);
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
    wire.speak(request, response, fullTurn(turn));
  });
}

function fullTurn(turn: SpokenTurn): FullTurn {
  const { pieces = [], toolCalls = [], usage = { input: 10, output: 5 } } = turn;
  const finish = turn.finish ?? (toolCalls.length > 0 ? 'tool-calls' : 'stop');
  return { ...turn, pieces, toolCalls, usage, finish };
}

/** A local HTTP server that ends with the test. */
export async function wireServer(answer: Answer): Promise<WireServer> {
  const requests: WireRequest[] = [];
  const server = createServer(async (message, response) => {
    const request = await readRequest(message);
    requests.push(request);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, requests };
}

async function readRequest(message: IncomingMessage): Promise<WireRequest> {
  const parts: Buffer[] = [];
  for await (const part of message) parts.push(part as Buffer);
  const text = Buffer.concat(parts).toString('utf8');
  const { method = '', url = '', headers } = message;
  return { method, path: url, headers, text, body: text === '' ? undefined : JSON.parse(text) };
}

function inTurn(turns: readonly Turn[]): () => Turn {
  let next = 0;
  return () => {
    const turn = turns[Math.min(next, turns.length - 1)];
    next += 1;
    if (turn === undefined) throw new Error('a server needs a turn');
    return turn;
  };
}

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

/** Ends a stream as the turn says; true when the rest of it must not be sent. */
export function endsEarly(turn: SpokenTurn, response: ServerResponse, errorEvent: string): boolean {
  if (turn.after === undefined) return false;
  if (turn.after === 'error') response.end(errorEvent);
  // What was written has left by then.
  if (turn.after === 'cut') setImmediate(() => response.socket?.destroy());
  return true;
}
