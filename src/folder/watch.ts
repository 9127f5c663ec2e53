import { watch } from 'node:fs';
import type { Clock } from '../base/index.ts';
import { fileKind } from './file-kind.ts';

export interface WatchOptions {
  readonly clock: Clock;
  /** Called with the paths that changed; never again before its promise settles. */
  readonly onChange: (paths: readonly string[]) => Promise<void>;
  /** Called with what `onChange` throws, and with errors of the watch itself. */
  readonly onError: (error: unknown) => void;
  /** How long files must be left alone first: an editor writes in several steps. */
  readonly settleMillis?: number;
}

/** A running watch. */
export interface FolderWatch {
  close(): void;
}

/**
 * Tells of changed files that the log keeps. An event is only a reason to look: what changed, and
 * whether anything did, the next reconcile decides by content.
 */
export function watchFolder(
  root: string,
  { clock, onChange, onError, settleMillis = 200 }: WatchOptions,
): FolderWatch {
  let pending = new Set<string>();
  let isRunning = false;
  const closed = new AbortController();
  const run = async (): Promise<void> => {
    isRunning = true;
    try {
      while (pending.size > 0) {
        await clock.sleep(settleMillis, closed.signal);
        const paths = [...pending].sort();
        pending = new Set();
        await onChange(paths);
      }
    } catch (error) {
      if (!closed.signal.aborted) onError(error);
    } finally {
      isRunning = false;
    }
  };
  const watcher = watch(root, { recursive: true, signal: closed.signal }, (_, name) => {
    const path = name?.replaceAll('\\', '/');
    if (path === undefined || fileKind(path) === undefined) return;
    pending.add(path);
    if (!isRunning) void run();
  });
  watcher.on('error', onError);
  return { close: () => closed.abort() };
}
