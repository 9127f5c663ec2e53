import type { SubjectKey } from './seal.ts';

/** What a machine knows of a key: the key, or that it was destroyed here. */
export type KeyState = SubjectKey | 'destroyed';

/** Where the subject keys of one home are kept, outside of it. */
export interface KeyCabinet {
  find(id: string): KeyState | undefined;
  all(): readonly SubjectKey[];
  put(key: SubjectKey): void;
  /** Leaves the mark that the key was here, or has been ordered to go. */
  destroy(id: string): void;
}

/** A cabinet that ends with the process. */
export function memoryCabinet(): KeyCabinet {
  const keys = new Map<string, KeyState>();
  return {
    find: (id) => keys.get(id),
    all: () => [...keys.values()].filter((key) => key !== 'destroyed'),
    put: (key) => {
      keys.set(key.id, key);
    },
    destroy: (id) => {
      keys.set(id, 'destroyed');
    },
  };
}
