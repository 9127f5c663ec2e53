import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
let loaded: typeof import('yaml') | undefined;

/**
 * The YAML library, loaded when first used: it is 72 files, and most commands read no YAML. Asking
 * `require` each time would look for it on the disk each time.
 */
export const library = (): typeof import('yaml') => {
  loaded ??= require('yaml') as typeof import('yaml');
  return loaded;
};
