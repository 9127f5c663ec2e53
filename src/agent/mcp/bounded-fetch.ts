import { AgentError } from '../error.ts';
import { MESSAGE_BYTES_MAX } from './process-transport.ts';

type Fetch = typeof globalThis.fetch;

/** A fetch whose plain answers end in an error beyond what one message may have; streams are bounded by the message. */
export const boundedFetch =
  (fetch: Fetch): Fetch =>
  async (input, init) => {
    const response = await fetch(input, init);
    if (response.body === null) return response;
    const isStream = response.headers.get('content-type')?.includes('text/event-stream') === true;
    const { status, statusText, headers } = response;
    const body = response.body.pipeThrough(isStream ? boundedLines() : boundedWhole());
    const bounded = new Response(body, { status, statusText, headers });
    // A response made here has no address of its own; redirects are told by it.
    Object.defineProperty(bounded, 'url', { value: response.url });
    Object.defineProperty(bounded, 'redirected', { value: response.redirected });
    return bounded;
  };

type Bytes = TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>;

function boundedWhole(): Bytes {
  let size = 0;
  return new TransformStream({
    transform: (piece, controller) => {
      size += piece.length;
      if (size > MESSAGE_BYTES_MAX) controller.error(tooLarge());
      else controller.enqueue(piece);
    },
  });
}

const LINE_END = 10;

/** Counts from the last line end: an event's data stands on one line. */
function boundedLines(): Bytes {
  let size = 0;
  return new TransformStream({
    transform: (piece, controller) => {
      const last = piece.lastIndexOf(LINE_END);
      size = last < 0 ? size + piece.length : piece.length - last;
      if (size > MESSAGE_BYTES_MAX) controller.error(tooLarge());
      else controller.enqueue(piece);
    },
  });
}

const tooLarge = (): AgentError =>
  new AgentError({
    code: 'agent/mcp-too-large',
    message: `the server answered more than ${MESSAGE_BYTES_MAX} bytes at once`,
    hint: 'ask it for less',
  });
