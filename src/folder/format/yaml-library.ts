import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** The YAML library, loaded when first used: it is 72 files, and most commands read no YAML. */
export const library = (): typeof import('yaml') => require('yaml');
