import { systemClock } from '../base/index.ts';
import { answer, type Call, type Handler, liveHandler, type Timer } from '../effect/index.ts';
import { callProvider } from './ai-sdk.ts';
import { answerEmbedded, EMBEDDED_MODEL } from './embedded.ts';
import { generate, type ModelAnswer, type ModelRequest } from './generate.ts';
import { hidingKeys } from './hide-keys.ts';
import { chooseProvider, type Provider, type ProviderContext } from './provider.ts';

export interface LiveModelOptions extends ProviderContext {
  /** Microseconds, for the latency of a call. */
  readonly now: () => number;
  /** Counts the time in which nothing arrives; the machine's when absent. */
  readonly timer?: Timer;
  /** A provider that sends nothing for so long has failed; two minutes when absent. */
  readonly idleMillisMax?: number;
  /** The provider named in model.md; needed only where several serve a model. */
  readonly preferred?: string;
  readonly providers?: readonly Provider[];
}

const IDLE_MILLIS_MAX = 120_000;

/** Performs `model/generate`: with the embedded model, or with the provider that serves the model. */
export const liveModels = (options: LiveModelOptions): Handler =>
  liveHandler('models', [
    answer(generate, async (request, call) => {
      if (request.model !== EMBEDDED_MODEL) return askProvider(request, call, options);
      const embedded = answerEmbedded(request);
      call.onProgress?.(embedded.text);
      return embedded;
    }),
  ]);

function askProvider(
  request: ModelRequest,
  { signal, onProgress }: Call,
  options: LiveModelOptions,
): Promise<ModelAnswer> {
  const { env, fetch, now, preferred, providers } = options;
  const provider = chooseProvider(request.model, {
    ...(preferred === undefined ? {} : { preferred }),
    ...(providers === undefined ? {} : { from: providers }),
  });
  const { keyOf, hide } = hidingKeys(options.keyOf);
  return callProvider(() => provider.open(request.model, { env, fetch, keyOf }), request, {
    now,
    timer: options.timer ?? systemClock,
    idleMillisMax: options.idleMillisMax ?? IDLE_MILLIS_MAX,
    provider: provider.id,
    hide,
    ...(signal === undefined ? {} : { signal }),
    ...(onProgress === undefined ? {} : { onText: onProgress }),
    ...(provider.cacheOption === undefined ? {} : { cacheOption: provider.cacheOption }),
  });
}
