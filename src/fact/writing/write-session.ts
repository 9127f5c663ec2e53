import { DatumError } from '../../base/index.ts';
import { FactError } from '../error.ts';
import { TransactionWriter, type TransactionWriterOptions } from './transaction-writer.ts';

export interface WriteSessionOptions extends TransactionWriterOptions {
  /** Whether what is written is synced before the call returns. */
  readonly durable: boolean;
}

/**
 * One lock, one append, one sync and one index commit around whatever `work` writes. When anything of
 * it fails nothing is written.
 */
export async function writeSession<Result>(
  { durable, ...options }: WriteSessionOptions,
  work: (writer: TransactionWriter) => Result,
): Promise<Result> {
  const { store } = options;
  const writer = new TransactionWriter(options);
  const write = (): Result => {
    store.index.refresh();
    store.prepare();
    const result = work(writer);
    if (writer.lines.length > 0) store.append(writer.lines, durable);
    return result;
  };
  const undo = (): void => {
    store.undo();
    store.index.forget();
  };
  const result = await store.local.locked(write, undo).catch((error: unknown) => {
    throw error instanceof DatumError ? error : notWritten(error);
  });
  const { newest } = writer;
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

export const notSynced = (cause: unknown): FactError =>
  new FactError({
    code: 'fact/not-synced',
    message: `could not make the log durable: ${textOf(cause)}`,
    hint: 'mend the disk, then open the home again: what was written with a sync is there',
    cause,
  });
