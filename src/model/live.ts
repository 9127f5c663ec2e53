import { answer, type Handler, liveHandler } from '../effect/index.ts';
import { callProvider } from './ai-sdk.ts';
import { answerEmbedded, EMBEDDED_MODEL } from './embedded.ts';
import { generate } from './generate.ts';
import { chooseProvider, type Provider, type ProviderContext } from './provider.ts';

export interface LiveModelOptions extends ProviderContext {
  /** Microseconds, for the latency of a call. */
  readonly now: () => number;
  /** The provider named in model.md; needed only where several serve a model. */
  readonly preferred?: string;
  readonly providers?: readonly Provider[];
}

/** Performs `model/generate`: with the embedded model, or with the provider that serves the model. */
export function liveModels({ now, preferred, providers, ...context }: LiveModelOptions): Handler {
  return liveHandler('models', [
    answer(generate, async (request, { signal, onProgress }) => {
      if (request.model === EMBEDDED_MODEL) {
        const embedded = answerEmbedded(request);
        onProgress?.(embedded.text);
        return embedded;
      }
      const provider = chooseProvider(request.model, {
        ...(preferred === undefined ? {} : { preferred }),
        ...(providers === undefined ? {} : { from: providers }),
      });
      return callProvider(await provider.open(request.model, context), request, {
        now,
        ...(signal === undefined ? {} : { signal }),
        ...(onProgress === undefined ? {} : { onText: onProgress }),
        ...(provider.cacheOption === undefined ? {} : { cacheOption: provider.cacheOption }),
      });
    }),
  ]);
}
