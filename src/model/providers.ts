import { ModelError } from './error.ts';
import { loadPackage } from './load-package.ts';
import type { Provider, ProviderContext } from './provider.ts';
import { type VertexPackage, vertexProvider } from './vertex.ts';

const anthropic: Provider = {
  id: 'anthropic',
  serves: (model) => model.startsWith('claude-'),
  cacheOption: 'anthropic',
  keyNames: ['ANTHROPIC_API_KEY', 'ANTHROPIC_KEY'],
  open: async (model, context) => {
    const { createAnthropic } = await loadPackage(
      '@ai-sdk/anthropic',
      () => import('@ai-sdk/anthropic'),
    );
    const baseURL = context.env['ANTHROPIC_BASE_URL'];
    return createAnthropic({
      apiKey: await requireKey(anthropic, context),
      fetch: context.fetch,
      ...(baseURL === undefined ? {} : { baseURL }),
    })(model);
  },
};

const openai: Provider = {
  id: 'openai',
  serves: (model) => /^(?:gpt-|o\d|text-embedding-)/.test(model),
  keyNames: ['OPENAI_API_KEY', 'OPENAI_KEY'],
  open: async (model, context) => (await openaiPackage(context)).chat(model),
  openEmbedding: async (model, context) => (await openaiPackage(context)).embeddingModel(model),
};

async function openaiPackage(context: ProviderContext) {
  const { createOpenAI } = await loadPackage('@ai-sdk/openai', () => import('@ai-sdk/openai'));
  const baseURL = context.env['OPENAI_BASE_URL'];
  return createOpenAI({
    apiKey: await requireKey(openai, context),
    fetch: context.fetch,
    ...(baseURL === undefined ? {} : { baseURL }),
  });
}

/** Any endpoint that speaks the OpenAI chat format, under a prefix of the model's name. */
interface Compatible {
  readonly id: string;
  readonly urlName: string;
  readonly defaultUrl: string;
  readonly keyNames: readonly string[];
  /** Holds its answers to a JSON Schema; one that does not is only told to answer in JSON. */
  readonly schemas: boolean;
}

const compatible = (of: Compatible): Provider => {
  const { id, urlName, defaultUrl, keyNames, schemas } = of;
  const nameOf = (model: string): string => model.slice(id.length + 1);
  const packageOf = async (context: ProviderContext) => {
    const { createOpenAICompatible } = await loadPackage(
      '@ai-sdk/openai-compatible',
      () => import('@ai-sdk/openai-compatible'),
    );
    const key = keyNames.length === 0 ? undefined : await requireKey(provider, context);
    return createOpenAICompatible({
      name: id,
      baseURL: context.env[urlName] ?? defaultUrl,
      fetch: context.fetch,
      includeUsage: true,
      supportsStructuredOutputs: schemas,
      ...(key === undefined ? {} : { apiKey: key }),
    });
  };
  const provider: Provider = {
    id,
    serves: (model) => model.startsWith(`${id}/`),
    keyNames,
    open: async (model, context) => (await packageOf(context))(nameOf(model)),
    openEmbedding: async (model, context) =>
      (await packageOf(context)).embeddingModel(nameOf(model)),
  };
  return provider;
};

const VERTEX_PACKAGE = '@ai-sdk/google-vertex';

/** Its name is no literal in the import, for its types are not installed either. */
const vertex = vertexProvider(() =>
  loadPackage(VERTEX_PACKAGE, () => import(VERTEX_PACKAGE) as Promise<VertexPackage>),
);

/** Every provider datum can load, in the order they are asked. */
export const providers: readonly Provider[] = Object.freeze([
  anthropic,
  openai,
  compatible({
    id: 'moonshot',
    urlName: 'MOONSHOT_BASE_URL',
    defaultUrl: 'https://api.moonshot.cn/v1',
    keyNames: ['MOONSHOT_API_KEY', 'MOONSHOT_KEY'],
    schemas: false,
  }),
  compatible({
    id: 'vllm',
    urlName: 'VLLM_BASE_URL',
    defaultUrl: 'http://127.0.0.1:8000/v1',
    keyNames: [],
    schemas: true,
  }),
  compatible({
    id: 'llama.cpp',
    urlName: 'LLAMA_CPP_BASE_URL',
    defaultUrl: 'http://127.0.0.1:8080/v1',
    keyNames: [],
    schemas: true,
  }),
  compatible({
    id: 'ollama',
    urlName: 'OLLAMA_BASE_URL',
    defaultUrl: 'http://127.0.0.1:11434/v1',
    keyNames: [],
    schemas: true,
  }),
  vertex,
]);

/**
 * The provider of a model: the one `preferred` names, if it serves it, else the only one. Throws
 * `model/unknown` or `model/ambiguous`.
 */
export function chooseProvider(
  model: string,
  { preferred, from = providers }: { preferred?: string; from?: readonly Provider[] } = {},
): Provider {
  const candidates = from.filter((provider) => provider.serves(model));
  const wanted = preferred?.trim() ?? '';
  const asWanted = candidates.filter((provider) => provider.id === wanted);
  // A known provider that does not serve this model was named for another one, the default.
  const isElsewhere = asWanted.length === 0 && from.some((provider) => provider.id === wanted);
  const chosen = wanted === '' || isElsewhere ? candidates : asWanted;
  const [only, second] = chosen;
  if (only !== undefined && second === undefined) return only;
  const names = from.map(({ id }) => id).join(', ');
  if (only === undefined) {
    throw new ModelError({
      code: 'model/unknown',
      kind: 'usage',
      message: `no provider here serves the model ${model}${wanted === '' ? '' : ` as ${wanted}`}`,
      hint: `name flux/think, or a model of one of these providers: ${names}; datum models lists them`,
      data: { model },
    });
  }
  throw new ModelError({
    code: 'model/ambiguous',
    kind: 'usage',
    message: `several providers serve ${model}: ${chosen.map(({ id }) => id).join(', ')}`,
    hint: 'name one of them in model.md with a line provider: <id>',
    data: { model, candidates: chosen.map(({ id }) => id) },
  });
}

async function requireKey(provider: Provider, context: ProviderContext): Promise<string> {
  const key = await context.keyOf(provider.id);
  if (key !== undefined) return key;
  throw new ModelError({
    code: 'model/no-key',
    kind: 'usage',
    message: `there is no key for ${provider.id}`,
    hint: `set ${provider.keyNames[0]}, or add "${provider.id}" to the key file (datum models shows where)`,
    data: { provider: provider.id },
  });
}
