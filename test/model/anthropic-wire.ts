import type { ServerResponse } from 'node:http';
import {
  endsEarly,
  type FullTurn,
  modelServer,
  type RefusedTurn,
  type Turn,
  type WireRequest,
  type WireServer,
} from './wire-server.ts';

export const ANTHROPIC_KEY = 'anthropic-test-7f3a9c51-key';

/** Speaks the Anthropic Messages API (version 2023-06-01, streaming) at `<url>/v1/messages`. */
export const anthropicServer = (...turns: readonly Turn[]): Promise<WireServer> =>
  modelServer(turns, { refuses, refusal, speak });

function refuses({ method, path, headers }: WireRequest): RefusedTurn | undefined {
  if (method !== 'POST' || path !== '/v1/messages') {
    return { status: 404, type: 'not_found_error', message: path };
  }
  if (headers['x-api-key'] === ANTHROPIC_KEY) return undefined;
  const message = `invalid x-api-key ${headers['x-api-key']}`;
  return { status: 401, type: 'authentication_error', message };
}

const refusal = ({ type = 'api_error', message }: RefusedTurn): object => ({
  type: 'error',
  error: { type, message },
  request_id: 'req_test',
});

const stopReasons = { stop: 'end_turn', length: 'max_tokens', 'tool-calls': 'tool_use' } as const;

const event = (data: { readonly type: string }): string =>
  `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`;

function speak({ body }: WireRequest, response: ServerResponse, turn: FullTurn): void {
  const { pieces, toolCalls, usage, finish } = turn;
  const { cacheRead = 0, cacheWrite = 0 } = usage;
  const send = (data: { readonly type: string } & Record<string, unknown>): void => {
    response.write(event(data));
  };
  send({
    type: 'message_start',
    message: {
      id: 'msg_test',
      type: 'message',
      role: 'assistant',
      model: body.model,
      content: [],
      stop_reason: null,
      stop_sequence: null,
      usage: {
        input_tokens: usage.input - cacheRead - cacheWrite,
        cache_read_input_tokens: cacheRead,
        cache_creation_input_tokens: cacheWrite,
        output_tokens: 1,
      },
    },
  });
  send({ type: 'ping' });
  let index = 0;
  if (pieces.length > 0) {
    send({ type: 'content_block_start', index, content_block: { type: 'text', text: '' } });
    for (const text of pieces) {
      send({ type: 'content_block_delta', index, delta: { type: 'text_delta', text } });
    }
    const error = { type: 'overloaded_error', message: 'Overloaded' };
    if (endsEarly(turn, response, event({ type: 'error', error } as { type: string }))) return;
    send({ type: 'content_block_stop', index });
    index += 1;
  }
  for (const { id, name, input } of toolCalls) {
    send({
      type: 'content_block_start',
      index,
      content_block: { type: 'tool_use', id, name, input: {} },
    });
    const text = JSON.stringify(input);
    for (const partial_json of ['', text.slice(0, 5), text.slice(5)]) {
      send({
        type: 'content_block_delta',
        index,
        delta: { type: 'input_json_delta', partial_json },
      });
    }
    send({ type: 'content_block_stop', index });
    index += 1;
  }
  send({
    type: 'message_delta',
    delta: { stop_reason: stopReasons[finish], stop_sequence: null },
    usage: { output_tokens: usage.output },
  });
  response.end(event({ type: 'message_stop' }));
}
