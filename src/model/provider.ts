import type { EmbeddingModelV3, LanguageModelV3 } from '@ai-sdk/provider';

/** What a provider is given to reach its models. */
export interface ProviderContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The key of a provider, from environment, keeper or key file. */
  readonly keyOf: (provider: string) => Promise<string | undefined>;
  readonly fetch: typeof globalThis.fetch;
  /** The same network without the record: for tokens, which nobody may find there. */
  readonly quietFetch: typeof globalThis.fetch;
}

/** One company or program that serves language models. */
export interface Provider {
  readonly id: string;
  /** True for the ids of its models; pure, by family prefix. */
  readonly serves: (model: string) => boolean;
  /** Name of its options in a prompt, where it caches marked sections. */
  readonly cacheOption?: string;
  /** Environment variables that may hold its key; none when it needs none. */
  readonly keyNames: readonly string[];
  /** Loads its package and opens a model; rejects with `model/not-installed` or `model/no-key`. */
  readonly open: (model: string, context: ProviderContext) => Promise<LanguageModelV3>;
  /** Opens an embedding model; absent where a provider has none. */
  readonly openEmbedding?: (model: string, context: ProviderContext) => Promise<EmbeddingModelV3>;
}
