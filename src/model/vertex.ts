import type { LanguageModelV3 } from '@ai-sdk/provider';
import { ModelError } from './error.ts';
import type { Provider } from './provider.ts';

/** What is used of `@ai-sdk/google-vertex`, which is installed only where it is wanted. */
export interface VertexPackage {
  readonly createVertex: (settings: {
    readonly project: string;
    readonly location: string;
    readonly fetch: typeof globalThis.fetch;
  }) => (model: string) => LanguageModelV3;
}

const PREFIX = 'vertex/';

/** Gemini on Google Vertex; who asks is settled by Google's application default credentials. */
export const vertexProvider = (load: () => Promise<VertexPackage>): Provider => ({
  id: 'vertex',
  serves: (model) => model.startsWith(PREFIX),
  keyNames: [],
  open: async (model, { env, fetch }) => {
    const project = env['GOOGLE_VERTEX_PROJECT'] ?? env['GOOGLE_CLOUD_PROJECT'];
    if (project === undefined || project === '') throw noProject();
    const location = env['GOOGLE_VERTEX_LOCATION'] || 'us-central1';
    const { createVertex } = await load();
    return createVertex({ project, location, fetch })(model.slice(PREFIX.length));
  },
});

const noProject = (): ModelError =>
  new ModelError({
    code: 'model/no-project',
    kind: 'usage',
    message: 'vertex needs the id of a Google Cloud project',
    hint: 'set GOOGLE_VERTEX_PROJECT, and GOOGLE_VERTEX_LOCATION for another region than us-central1',
  });
