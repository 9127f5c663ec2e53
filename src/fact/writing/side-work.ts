import type { Store } from './store.ts';

/** Writes what follows from the log: under the lock, or in memory where only reading is possible. */
export type SideWork = <T>(work: () => T) => Promise<T>;

export const sideWorkOn = ({ index, local }: Pick<Store, 'index' | 'local'>): SideWork => {
  return async (work) => {
    const refreshed = (): ReturnType<typeof work> => {
      index.refresh();
      return work();
    };
    return index.readOnly ? refreshed() : local.locked(refreshed, () => index.forget());
  };
};
