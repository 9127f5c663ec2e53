import type { ServerResponse } from 'node:http';
import {
  endsEarly,
  type FullTurn,
  modelServer,
  type RefusedTurn,
  sendJson,
  type Turn,
  type WireRequest,
  type WireServer,
} from './wire-server.ts';

export const OPENAI_KEY = 'openai-test-51d0b7e2-key';

const COMPLETIONS = '/v1/chat/completions';
const EMBEDDINGS = '/v1/embeddings';
const TAGS = '/api/tags';

export interface OpenaiOptions {
  /** The key it wants; none for a server on the own machine. */
  readonly key?: string;
  /** Names that `/api/tags` lists, for Ollama. */
  readonly tags?: readonly string[];
}

/** Speaks the OpenAI chat completions API (streaming) and embeddings at `<url>/v1`. */
export function openaiServer(
  turns: readonly Turn[],
  { key, tags }: OpenaiOptions = {},
): Promise<WireServer> {
  const refuses = ({ method, path, headers }: WireRequest): RefusedTurn | undefined => {
    const type = 'invalid_request_error';
    if (key !== undefined && headers['authorization'] !== `Bearer ${key}`) {
      const message = `Incorrect API key provided: ${headers['authorization']}`;
      return { status: 401, type, message };
    }
    if (tags !== undefined && path === TAGS) return undefined;
    const known = method === 'POST' && (path === EMBEDDINGS || path === COMPLETIONS);
    return known ? undefined : { status: 404, type, message: path };
  };
  const answers = (request: WireRequest, response: ServerResponse): boolean => {
    if (request.path === EMBEDDINGS) embed(request, response);
    if (request.path === TAGS) {
      sendJson(response, 200, { models: tags?.map((name) => ({ name, model: name, size: 1 })) });
    }
    return request.path !== COMPLETIONS;
  };
  return modelServer(turns, { refuses, answers, refusal, speak });
}

const refusal = ({ type, message }: RefusedTurn): object => ({
  error: { message, type: type ?? 'server_error', param: null, code: type ?? null },
});

/** A vector of two numbers that tells texts apart by length. */
function embed({ body }: WireRequest, response: ServerResponse): void {
  const texts: readonly string[] = body.input;
  sendJson(response, 200, {
    object: 'list',
    model: body.model,
    data: texts.map((text, index) => ({
      object: 'embedding',
      index,
      embedding: [text.length, 1],
    })),
    usage: { prompt_tokens: texts.length * 3, total_tokens: texts.length * 3 },
  });
}

const finishReasons = { stop: 'stop', length: 'length', 'tool-calls': 'tool_calls' } as const;

function speak({ body }: WireRequest, response: ServerResponse, turn: FullTurn): void {
  const { pieces, toolCalls, usage, finish } = turn;
  const head = { id: 'chatcmpl-test', object: 'chat.completion.chunk', created: 1_767_225_600 };
  const event = (data: object): string =>
    `data: ${JSON.stringify({ ...head, model: body.model, ...data })}\n\n`;
  const send = (delta: object, finish_reason: string | null = null): void => {
    response.write(event({ choices: [{ index: 0, delta, finish_reason }] }));
  };
  send({ role: 'assistant', content: '' });
  for (const content of pieces) send({ content });
  const error = { message: 'The server had an error', type: 'server_error', code: null };
  if (endsEarly(turn, response, `data: ${JSON.stringify({ error })}\n\n`)) return;
  for (const [index, { id, name, input }] of toolCalls.entries()) {
    const text = JSON.stringify(input);
    const begin = { index, id, type: 'function', function: { name, arguments: '' } };
    send({ tool_calls: [begin] });
    for (const part of [text.slice(0, 5), text.slice(5)]) {
      send({ tool_calls: [{ index, function: { arguments: part } }] });
    }
  }
  send({}, finishReasons[finish]);
  if (body.stream_options?.include_usage === true) {
    const counts = {
      prompt_tokens: usage.input,
      completion_tokens: usage.output,
      total_tokens: usage.input + usage.output,
      prompt_tokens_details: { cached_tokens: usage.cacheRead ?? 0 },
    };
    response.write(event({ choices: [], usage: counts }));
  }
  response.end('data: [DONE]\n\n');
}
