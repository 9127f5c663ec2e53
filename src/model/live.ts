import { type Json, systemClock } from '../base/index.ts';
import { answer, type Call, type Handler, liveHandler, type Timer } from '../effect/index.ts';
import type { Log } from '../fact/index.ts';
import { type CallContext, callProvider } from './ai-sdk.ts';
import { callEmbedding } from './call-embedding.ts';
import { type EmbedAnswer, type EmbedRequest, embed } from './embed.ts';
import { answerEmbedded, EMBEDDED_MODEL } from './embedded.ts';
import { ModelError } from './error.ts';
import { generate, type ModelAnswer, type ModelRequest } from './generate.ts';
import { hidingKeys } from './hide-keys.ts';
import type { Provider, ProviderContext } from './provider.ts';
import { chooseProvider } from './providers.ts';
import { type RecordingOptions, recordingFetch } from './recording-fetch.ts';
import { answerRecorded, isReplay } from './replay.ts';

export interface LiveModelOptions extends Omit<ProviderContext, 'quietFetch'> {
  /** Microseconds, for the latency of a call. */
  readonly now: () => number;
  /** Counts the time in which nothing arrives; the machine's when absent. */
  readonly timer?: Timer;
  /** Takes out more than the keys that were used: from errors, and from what is recorded. */
  readonly redact?: (value: Json) => Json;
  /** A provider that sends nothing for so long has failed; two minutes when absent. */
  readonly idleMillisMax?: number;
  /** A whole answer takes no longer; ten minutes when absent. */
  readonly totalMillisMax?: number;
  /** The provider named in model.md; needed only where several serve a model. */
  readonly preferred?: string;
  readonly providers?: readonly Provider[];
  /** Holds the runs that `replay/<run>` gives again; without it there is no such model. */
  readonly log?: Log;
  /** Where requests and answers are kept byte for byte, named by the step's `model/exchange`. */
  readonly record?: Pick<RecordingOptions, 'blobs' | 'keep'>;
}

const IDLE_MILLIS_MAX = 120_000;
const TOTAL_MILLIS_MAX = 600_000;

/**
 * Performs `model/generate`, with the embedded model, a recorded run, or the provider that serves
 * the model, and `model/embed`.
 */
export const liveModels = (options: LiveModelOptions): Handler =>
  liveHandler('models', [
    answer(embed, (request, call) => embedAt(request, call, options)),
    answer(generate, async (request, call) => ({
      ...(await answerBy(request, call, options)),
      asked: request.model,
    })),
  ]);

async function answerBy(
  request: ModelRequest,
  call: Call,
  options: LiveModelOptions,
): Promise<ModelAnswer> {
  const isHere = request.model === EMBEDDED_MODEL;
  if (!isHere && (options.log === undefined || !isReplay(request.model))) {
    return askProvider(request, call, options);
  }
  const answered =
    isHere || options.log === undefined
      ? await answerEmbedded(request)
      : await answerRecorded(request, options.log);
  call.onProgress?.(answered.text);
  return answered;
}

async function askProvider(
  request: ModelRequest,
  call: Call,
  options: LiveModelOptions,
): Promise<ModelAnswer> {
  const { env, providers, record } = options;
  const preferred = request.provider ?? options.preferred;
  const provider = chooseProvider(request.model, {
    ...(preferred === undefined ? {} : { preferred }),
    ...(providers === undefined ? {} : { from: providers }),
  });
  const { keyOf, hide } = hidingKeys(options);
  const recording = record && recordingFetch({ ...record, fetch: options.fetch, hide });
  const { fetch } = recording ?? options;
  try {
    return await callProvider(
      () => provider.open(request.model, { env, fetch, quietFetch: options.fetch, keyOf }),
      request,
      callContext({ call, provider, hide, options }),
    );
  } finally {
    for (const hash of (await recording?.store()) ?? []) call.step?.note('model/exchange', hash);
  }
}

async function embedAt(
  request: EmbedRequest,
  { signal }: Call,
  { env, fetch, now, ...options }: LiveModelOptions,
): Promise<EmbedAnswer> {
  const { providers: from } = options;
  const provider = chooseProvider(request.model, from === undefined ? {} : { from });
  const { keyOf, hide } = hidingKeys(options);
  const { id, openEmbedding } = provider;
  if (openEmbedding === undefined) throw noEmbeddings(id, request.model);
  const call = { provider: id, model: request.model, now: now(), hide, signal };
  const context = { env, fetch, quietFetch: fetch, keyOf };
  return callEmbedding(() => openEmbedding(request.model, context), request, call);
}

const noEmbeddings = (provider: string, model: string): ModelError =>
  new ModelError({
    code: 'model/no-embeddings',
    kind: 'usage',
    message: `${provider} has no embedding models here`,
    hint: 'name one of openai (text-embedding-3-small) or ollama (ollama/nomic-embed-text)',
    data: { provider, model },
  });

interface Asking {
  readonly call: Call;
  readonly provider: Provider;
  readonly hide: (text: string) => string;
  readonly options: LiveModelOptions;
}

const callContext = ({ call, provider, hide, options }: Asking): CallContext => ({
  now: options.now,
  timer: options.timer ?? systemClock,
  idleMillisMax: options.idleMillisMax ?? IDLE_MILLIS_MAX,
  totalMillisMax: options.totalMillisMax ?? TOTAL_MILLIS_MAX,
  provider: provider.id,
  hide,
  ...(call.signal === undefined ? {} : { signal: call.signal }),
  ...(call.onProgress === undefined ? {} : { onPiece: call.onProgress }),
  ...(provider.cacheOption === undefined ? {} : { cacheOption: provider.cacheOption }),
});
