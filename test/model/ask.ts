import { systemClock } from '../../src/base/index.ts';
import { type PerformOptions, perform, type Timer, within } from '../../src/effect/index.ts';
import {
  generate,
  type LiveModelOptions,
  liveModels,
  type ModelAnswer,
  type ModelRequestInput,
} from '../../src/model/index.ts';
import { ANTHROPIC_KEY } from './anthropic-wire.ts';
import { OPENAI_KEY } from './openai-wire.ts';
import type { WireServer } from './wire-server.ts';

export const keys: Readonly<Record<string, string>> = {
  anthropic: ANTHROPIC_KEY,
  openai: OPENAI_KEY,
  moonshot: OPENAI_KEY,
};

/** A timer that never ends a wait. */
export const patient: Timer = {
  sleep: (_, signal) =>
    new Promise((_resolve, reject) => {
      signal?.addEventListener('abort', () => reject(signal.reason));
    }),
};

/** The live models with every provider at one local server. */
export const modelsAt = (server: WireServer, more: Partial<LiveModelOptions> = {}) => {
  const url = `${server.url}/v1`;
  return liveModels({
    env: {
      ANTHROPIC_BASE_URL: url,
      OPENAI_BASE_URL: url,
      MOONSHOT_BASE_URL: url,
      OLLAMA_BASE_URL: url,
    },
    keyOf: async (provider) => keys[provider],
    fetch: globalThis.fetch,
    now: systemClock.now,
    timer: patient,
    ...more,
  });
};

/** Asks a model at a local server. */
export const ask = (
  server: WireServer,
  request: Partial<ModelRequestInput> & { readonly model: string },
  { live, ...options }: PerformOptions & { readonly live?: Partial<LiveModelOptions> } = {},
): Promise<ModelAnswer> =>
  within([modelsAt(server, live)], () =>
    perform(
      generate,
      { messages: [{ role: 'user', text: 'hello' }], maxOutputTokens: 100, ...request },
      options,
    ),
  );
