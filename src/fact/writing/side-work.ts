import type { Pending } from './pending.ts';
import type { Store } from './store.ts';

/**
 * Works on an index that has everything acknowledged, here and by other processes of this working copy:
 * under the lock, or in memory where only reading is possible.
 */
export type SideWork = <T>(work: () => T) => Promise<T>;

export const sideWorkOn = (store: Store, pending: Pending): SideWork => {
  const { index, local } = store;
  return async (work) => {
    const refreshed = (): ReturnType<typeof work> => {
      index.refresh();
      if (!index.readOnly) {
        pending.settle();
        pending.bring();
        if (store.isBehind()) store.prepare();
      }
      return work();
    };
    return index.readOnly ? refreshed() : local.locked(refreshed, () => index.forget());
  };
};
