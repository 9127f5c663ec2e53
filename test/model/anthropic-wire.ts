import type { ServerResponse } from 'node:http';
import {
  endsEarly,
  eventStream,
  inTurn,
  isRefused,
  type RefusedTurn,
  type SpokenTurn,
  sendJson,
  type Turn,
  type WireRequest,
  type WireServer,
  wireServer,
} from './wire-server.ts';

export const ANTHROPIC_KEY = 'anthropic-test-7f3a9c51-key';

/** Speaks the Anthropic Messages API (version 2023-06-01, streaming) at `<url>/v1/messages`. */
export async function anthropicServer(...turns: readonly Turn[]): Promise<WireServer> {
  const next = inTurn(turns);
  return wireServer((request, response) => {
    if (request.method !== 'POST' || request.path !== '/v1/messages') {
      refuse(response, { status: 404, type: 'not_found_error', message: request.path });
    } else if (request.headers['x-api-key'] !== ANTHROPIC_KEY) {
      const message = `invalid x-api-key ${request.headers['x-api-key']}`;
      refuse(response, { status: 401, type: 'authentication_error', message });
    } else {
      const turn = next();
      if (isRefused(turn)) refuse(response, turn);
      else speak(request, response, turn);
    }
  });
}

function refuse(response: ServerResponse, { status, type, message, headers }: RefusedTurn): void {
  for (const [name, value] of Object.entries(headers ?? {})) response.setHeader(name, value);
  const error = { type: type ?? 'api_error', message };
  sendJson(response, status, { type: 'error', error, request_id: 'req_test' });
}

const stopReasons = { stop: 'end_turn', length: 'max_tokens', 'tool-calls': 'tool_use' } as const;

const event = (data: { readonly type: string }): string =>
  `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`;

function speak({ body }: WireRequest, response: ServerResponse, turn: SpokenTurn): void {
  const { pieces = [], toolCalls = [], usage = { input: 10, output: 5 } } = turn;
  const { cacheRead = 0, cacheWrite = 0 } = usage;
  const send = (data: { readonly type: string } & Record<string, unknown>): void => {
    response.write(event(data));
  };
  eventStream(response);
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
  const finish = turn.finish ?? (toolCalls.length > 0 ? 'tool-calls' : 'stop');
  send({
    type: 'message_delta',
    delta: { stop_reason: stopReasons[finish], stop_sequence: null },
    usage: { output_tokens: usage.output },
  });
  response.end(event({ type: 'message_stop' }));
}
