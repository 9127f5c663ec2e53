import type { Sha256 } from '../../base/index.ts';
import type { DocumentView } from './snapshot.ts';

const KNOWN_MAX = 20_000;

/**
 * Reads documents of a kind, each content once in the life of the process: what a hash names never
 * changes. Answers `undefined` where there is no document; what `parse` throws is thrown every time.
 */
export function parsedOnce<Value>(
  parse: (text: string, path: string) => Value,
): (view: DocumentView, path: string) => Promise<Value | undefined> {
  const known = new Map<`${Sha256} ${string}`, Value>();
  return async (view, path) => {
    const hash = view.hashOf(path);
    if (hash === undefined) return undefined;
    const key = `${hash} ${view.inHome(path)}` as const;
    if (known.has(key)) return known.get(key);
    const value = parse((await view.read(path)) as string, view.inHome(path));
    if (known.size >= KNOWN_MAX) known.clear();
    known.set(key, value);
    return value;
  };
}
