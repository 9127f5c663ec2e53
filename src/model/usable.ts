import type { Timer } from '../effect/index.ts';
import { EMBEDDED_MODEL } from './embedded.ts';
import type { Keys } from './keys.ts';
import { providers } from './providers.ts';
import { VERTEX_TOKEN } from './vertex.ts';

/** Whether a provider can be asked from here. */
export interface Usable {
  readonly provider: string;
  readonly usable: boolean;
  /** Where its key comes from, which models it has, or what is missing. */
  readonly reason: string;
  /** Full ids, where they are known. */
  readonly models: readonly string[];
}

export interface UsableOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly keys: Keys;
  readonly fetch: typeof globalThis.fetch;
  readonly timer: Timer;
}

/** How long Ollama has to answer on the own machine. */
const FIND_MILLIS_MAX = 500;

/** What can be used here and why the rest cannot. Asks nobody but Ollama at its own address. */
export async function usableProviders(options: UsableOptions): Promise<readonly Usable[]> {
  const embedded = {
    provider: 'flux',
    usable: true,
    reason: 'built in: no key, no network',
    models: [EMBEDDED_MODEL],
  };
  const others = providers.map(({ id, keyNames }) => {
    if (id === 'ollama') return findOllama(options);
    if (id === 'vertex') return findVertex(options);
    return keyNames.length === 0
      ? byVariable(id, `${id.toUpperCase().replace('.', '_')}_BASE_URL`, options)
      : byKey(id, options);
  });
  return [embedded, ...(await Promise.all(others))];
}

async function byKey(provider: string, { keys }: UsableOptions): Promise<Usable> {
  const { source, places, refused } = await keys.lookup(provider);
  const nowhere = `no key: looked for in ${places.join(', then ')}`;
  const reason = source === undefined ? (refused ?? nowhere) : `key of ${source}`;
  return { provider, usable: source !== undefined, reason, models: [] };
}

/** An access token, unlike an API key, is good for a project that is named. */
async function findVertex(options: UsableOptions): Promise<Usable> {
  const { source } = await options.keys.lookup('vertex');
  return source === undefined || source === VERTEX_TOKEN
    ? byVariable('vertex', 'GOOGLE_VERTEX_PROJECT', options)
    : byKey('vertex', options);
}

function byVariable(provider: string, name: string, { env }: UsableOptions): Usable {
  const usable = (env[name] ?? '') !== '';
  return { provider, usable, reason: usable ? `at ${env[name]}` : `set ${name}`, models: [] };
}

async function findOllama({ env, fetch, timer }: UsableOptions): Promise<Usable> {
  const base = (env['OLLAMA_BASE_URL'] ?? 'http://127.0.0.1:11434/v1').replace(/\/v1\/?$/, '');
  const over = new AbortController();
  const done = new AbortController();
  timer.sleep(FIND_MILLIS_MAX, done.signal).then(
    () => over.abort(),
    () => undefined,
  );
  try {
    const response = await fetch(`${base}/api/tags`, { signal: over.signal });
    const names = namesIn(await response.json());
    const reason = names.length === 0 ? 'runs, and has no model: ollama pull' : `at ${base}`;
    const models = names.map((name) => `ollama/${name}`);
    return { provider: 'ollama', usable: names.length > 0, reason, models };
  } catch {
    // Whatever went wrong, the answer to the question is the same: it cannot be used.
    return { provider: 'ollama', usable: false, reason: `nothing answers at ${base}`, models: [] };
  } finally {
    done.abort();
  }
}

/** The names in an answer of `/api/tags`. */
function namesIn(answer: unknown): readonly string[] {
  const models = (answer as { models?: unknown } | null)?.models;
  if (!Array.isArray(models)) return [];
  return models.flatMap((each: { name?: unknown } | null) =>
    typeof each?.name === 'string' ? [each.name] : [],
  );
}
