import type { LanguageModelV3 } from '@ai-sdk/provider';
import { ModelError } from './error.ts';
import type { Provider, ProviderContext } from './provider.ts';

/** What is used of `@ai-sdk/google-vertex`, which is installed only where it is wanted. */
export interface VertexPackage {
  readonly createVertex: (settings: VertexSettings) => (model: string) => LanguageModelV3;
}

export interface VertexSettings {
  readonly project?: string;
  readonly location: string;
  readonly fetch: typeof globalThis.fetch;
  readonly baseURL?: string;
  /** Vertex in express mode, which needs no project. */
  readonly apiKey?: string;
  readonly googleAuthOptions?: {
    /** What `google-auth-library` asks for a token. */
    readonly authClient?: { getAccessToken(): Promise<{ readonly token: string }> };
    /** Of a service account, which the library signs with on this machine. */
    readonly keyFilename?: string;
    /** How the library reaches Google for a token. */
    readonly clientOptions?: {
      readonly transporterOptions: { readonly fetchImplementation: typeof globalThis.fetch };
    };
  };
}

const PREFIX = 'vertex/';
/** The variable of an access token, which is good for an hour. */
export const VERTEX_TOKEN = 'GOOGLE_VERTEX_ACCESS_TOKEN';

/**
 * Gemini on Google Vertex. Who asks is settled by an API key (express mode), by an access token, or
 * by Google's application default credentials.
 */
export const vertexProvider = (load: () => Promise<VertexPackage>): Provider => ({
  id: 'vertex',
  serves: (model) => model.startsWith(PREFIX),
  keyNames: ['GOOGLE_VERTEX_API_KEY', VERTEX_TOKEN],
  open: async (model, context) => {
    const settings = await settingsOf(context);
    const { createVertex } = await load();
    return createVertex(settings)(model.slice(PREFIX.length));
  },
});

async function settingsOf({
  env,
  fetch,
  quietFetch,
  keyOf,
}: ProviderContext): Promise<VertexSettings> {
  const key = await keyOf('vertex');
  const baseURL = env['GOOGLE_VERTEX_BASE_URL'];
  const common = {
    location: env['GOOGLE_VERTEX_LOCATION'] || 'us-central1',
    fetch,
    ...(baseURL === undefined ? {} : { baseURL }),
  };
  const isToken = key !== undefined && key === env[VERTEX_TOKEN]?.trim();
  if (key !== undefined && !isToken) return { ...common, apiKey: key };
  const project = env['GOOGLE_VERTEX_PROJECT'] || env['GOOGLE_CLOUD_PROJECT'];
  if (project === undefined || project === '') throw noProject();
  const keyFilename = env['GOOGLE_APPLICATION_CREDENTIALS'];
  return {
    ...common,
    project,
    googleAuthOptions: isToken
      ? { authClient: { getAccessToken: async () => ({ token: key }) } }
      : {
          clientOptions: { transporterOptions: { fetchImplementation: quietFetch } },
          ...(keyFilename === undefined ? {} : { keyFilename }),
        },
  };
}

const noProject = (): ModelError =>
  new ModelError({
    code: 'model/no-project',
    kind: 'usage',
    message: 'vertex needs the id of a Google Cloud project, or an API key',
    hint: 'set GOOGLE_VERTEX_PROJECT (and GOOGLE_VERTEX_LOCATION for another region than us-central1), or GOOGLE_VERTEX_API_KEY',
  });
