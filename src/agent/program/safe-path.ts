import { delimiter, isAbsolute, sep } from 'node:path';

/** A search path without relative folders and without folders of the home: what a clone brings is not found by its name. */
export const safePath = (path: string, home: string): string =>
  path
    .split(delimiter)
    .filter((folder) => isAbsolute(folder) && folder !== home && !folder.startsWith(home + sep))
    .join(delimiter);
