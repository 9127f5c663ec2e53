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

export const GEMINI_TOKEN = 'ya29-test-8d0f3b61-token';

/** Speaks Gemini's `streamGenerateContent` (v1beta1, `alt=sse`) at `<url>/v1`. */
export const geminiServer = (...turns: readonly Turn[]): Promise<WireServer> =>
  modelServer(turns, { refuses, refusal, speak });

function refuses({ method, path, headers }: WireRequest): RefusedTurn | undefined {
  if (method !== 'POST' || !/^\/v1\/models\/[^/]+:streamGenerateContent\?alt=sse$/.test(path)) {
    return { status: 404, type: 'NOT_FOUND', message: path };
  }
  if (headers['authorization'] === `Bearer ${GEMINI_TOKEN}`) return undefined;
  const message = `Request had invalid authentication credentials ${headers['authorization']}`;
  return { status: 401, type: 'UNAUTHENTICATED', message };
}

const refusal = ({ status, type = 'INTERNAL', message }: RefusedTurn): object => ({
  error: { code: status, message, status: type },
});

const finishReasons = { stop: 'STOP', length: 'MAX_TOKENS', 'tool-calls': 'STOP' } as const;

function speak({ path }: WireRequest, response: ServerResponse, turn: FullTurn): void {
  const { pieces, toolCalls, usage, finish } = turn;
  const modelVersion = /models\/([^:]+):/.exec(path)?.[1] ?? '';
  const event = (data: object): string =>
    `data: ${JSON.stringify({ ...data, modelVersion })}\r\n\r\n`;
  const send = (parts: readonly object[], more: object = {}): void => {
    const content = { role: 'model', parts };
    response.write(event({ candidates: [{ index: 0, content, ...more }] }));
  };
  for (const text of pieces) send([{ text }]);
  const error = { code: 503, message: 'The model is overloaded', status: 'UNAVAILABLE' };
  if (endsEarly(turn, response, `data: ${JSON.stringify({ error })}\r\n\r\n`)) return;
  for (const { name, input } of toolCalls) send([{ functionCall: { name, args: input } }]);
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
