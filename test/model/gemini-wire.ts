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

export const GEMINI_TOKEN = 'ya29-test-8d0f3b61-token';

/** Speaks Gemini's `streamGenerateContent` (v1beta1, `alt=sse`) at `<url>/v1`. */
export async function geminiServer(...turns: readonly Turn[]): Promise<WireServer> {
  const next = inTurn(turns);
  return wireServer((request, response) => {
    const { method, path, headers } = request;
    if (method !== 'POST' || !/^\/v1\/models\/[^/]+:streamGenerateContent\?alt=sse$/.test(path)) {
      refuse(response, { status: 404, type: 'NOT_FOUND', message: path });
    } else if (headers['authorization'] !== `Bearer ${GEMINI_TOKEN}`) {
      const message = `Request had invalid authentication credentials ${headers['authorization']}`;
      refuse(response, { status: 401, type: 'UNAUTHENTICATED', message });
    } else {
      const turn = next();
      if (isRefused(turn)) refuse(response, turn);
      else speak(request, response, turn);
    }
  });
}

function refuse(response: ServerResponse, { status, type, message, headers }: RefusedTurn): void {
  for (const [name, value] of Object.entries(headers ?? {})) response.setHeader(name, value);
  sendJson(response, status, { error: { code: status, message, status: type ?? 'INTERNAL' } });
}

const finishReasons = { stop: 'STOP', length: 'MAX_TOKENS', 'tool-calls': 'STOP' } as const;

function speak({ path }: WireRequest, response: ServerResponse, turn: SpokenTurn): void {
  const { pieces = [], toolCalls = [], usage = { input: 10, output: 5 } } = turn;
  const modelVersion = /models\/([^:]+):/.exec(path)?.[1] ?? '';
  const event = (data: object): string =>
    `data: ${JSON.stringify({ ...data, modelVersion })}\r\n\r\n`;
  const send = (parts: readonly object[], more: object = {}): void => {
    const content = { role: 'model', parts };
    response.write(event({ candidates: [{ index: 0, content, ...more }] }));
  };
  eventStream(response);
  for (const text of pieces) send([{ text }]);
  const error = { code: 503, message: 'The model is overloaded', status: 'UNAVAILABLE' };
  if (endsEarly(turn, response, `data: ${JSON.stringify({ error })}\r\n\r\n`)) return;
  for (const { name, input } of toolCalls) send([{ functionCall: { name, args: input } }]);
  const finish = turn.finish ?? (toolCalls.length > 0 ? 'tool-calls' : 'stop');
  const usageMetadata = {
    promptTokenCount: usage.input,
    candidatesTokenCount: usage.output,
    totalTokenCount: usage.input + usage.output,
    ...(usage.cacheRead === undefined ? {} : { cachedContentTokenCount: usage.cacheRead }),
  };
  response.end(
    event({
      candidates: [
        { index: 0, content: { role: 'model', parts: [] }, finishReason: finishReasons[finish] },
      ],
      usageMetadata,
    }),
  );
}
