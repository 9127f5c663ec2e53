import { DatumError } from '../../base/index.ts';
import { FactError } from '../error.ts';
import { TransactionWriter, type TransactionWriterOptions } from './transaction-writer.ts';

export interface WriteSessionOptions extends TransactionWriterOptions {
  /** Whether what is written is synced before the call returns. */
  readonly durable: boolean;
  /** Whether `work` needs nothing of the index; asked under the lock, never when absent. */
  readonly mayLag?: () => boolean;
}

/**
 * One lock, one append, one sync and one index commit around whatever `work` writes; where the index
 * may lag behind it is not written at all. When anything of it fails nothing is written.
 */
export async function writeSession<Result>(
  { durable, mayLag = () => false, ...options }: WriteSessionOptions,
  work: (writer: TransactionWriter) => Result,
): Promise<Result> {
  const { pending, store } = options;
  /** How many were pending before anything was appended. */
  let before: number | undefined;
  let newest: TransactionWriter['newest'];
  const write = (): Result => {
    store.index.refresh();
    pending.settle();
    // So that files and index are compared with all that is known to be written.
    if (!store.isAlone) pending.bring();
    before = pending.count;
    store.prepare();
    const lags = durable && store.isAlone && mayLag();
    if (!lags) pending.bring();
    const writer = new TransactionWriter(options, { lags });
    const result = work(writer);
    ({ newest } = writer);
    if (writer.lines.length === 0) return result;
    store.append(writer.lines, durable);
    if (!lags) store.indexed();
    else if (pending.isFull) pending.bring();
    return result;
  };
  const undo = (): void => {
    if (before !== undefined) store.undo();
    store.index.forget();
    if (before !== undefined) pending.cut(before);
  };
  const result = await store.local.locked(write, undo).catch((error: unknown) => {
    throw error instanceof DatumError ? error : notWritten(error);
  });
  if (durable && newest !== undefined) store.synced(newest.writer, newest);
  return result;
}

const textOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));

const notWritten = (cause: unknown): FactError =>
  new FactError({
    code: 'fact/not-written',
    message: `could not write the log: ${textOf(cause)}`,
    hint: 'make room or mend the disk, then try again: nothing was written',
    cause,
  });

export const notIndexed = (cause: unknown): FactError =>
  new FactError({
    code: 'fact/not-indexed',
    message: `could not bring what was written into the index: ${textOf(cause)}`,
    hint: 'make room or mend the disk, then try again: nothing is lost',
    cause,
  });

export const notSynced = (cause: unknown): FactError =>
  new FactError({
    code: 'fact/not-synced',
    message: `could not make the log durable: ${textOf(cause)}`,
    hint: 'mend the disk, then open the home again: what was written with a sync is there',
    cause,
  });
