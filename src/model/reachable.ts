import { EMBEDDED_MODEL } from './embedded.ts';
import { ModelError } from './error.ts';
import { chooseProvider } from './providers.ts';
import { isReplay } from './replay.ts';
import { type Usable, type UsableOptions, usableProviders } from './usable.ts';

/**
 * Whether a model can be asked from here: its provider has its key or its address, and where the
 * provider tells its models, has this one. What is usable is found out once.
 */
export function reachableModels(options: UsableOptions): (model: string) => Promise<boolean> {
  let found: Promise<readonly Usable[]> | undefined;
  return async (model) => {
    if (model === EMBEDDED_MODEL || isReplay(model)) return true;
    const provider = providerOf(model);
    if (provider === undefined) return false;
    found ??= usableProviders(options);
    const usable = (await found).find((each) => each.provider === provider);
    if (usable?.usable !== true) return false;
    return usable.models.length === 0 || usable.models.includes(model);
  };
}

function providerOf(model: string): string | undefined {
  try {
    return chooseProvider(model).id;
  } catch (error) {
    if (error instanceof ModelError) return undefined;
    throw error;
  }
}
