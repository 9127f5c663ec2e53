import { ModelError } from './error.ts';

/** Loads an optional package. Rejects with `model/not-installed`, saying what to install. */
export async function loadPackage<Module>(
  name: string,
  load: () => Promise<Module>,
): Promise<Module> {
  try {
    return await load();
  } catch (cause) {
    const isMissing = (cause as { code?: unknown }).code === 'ERR_MODULE_NOT_FOUND';
    throw new ModelError({
      code: isMissing ? 'model/not-installed' : 'model/not-loadable',
      kind: 'usage',
      message: isMissing ? `the package ${name} is not installed` : `${name} cannot be loaded`,
      hint: isMissing ? `install it with: npm install ${name}` : `see the cause; reinstall ${name}`,
      cause,
    });
  }
}
