import { answer, defineOperation, type Handler, liveHandler } from '../effect/index.ts';
import type { FactInput, Log, TransactOptions, TransactResult } from '../fact/index.ts';
import type { Folder, WriteOptions } from '../folder/index.ts';
import { z } from '../spec/index.ts';
import { captureSpec } from './capture/capture.ts';
import { writeNote } from './capture/write-note.ts';
import { stateContradictions } from './memory/open-contradictions.ts';

const leftToPerson = z.array(z.object({ file: z.string(), why: z.string() }));

/** Writes a captured note with its line in the index; answers its file name, and what it leaves to a person. */
export const writeMemory = defineOperation({
  name: 'agent/write-memory',
  kind: 'write',
  input: z.object({ capture: captureSpec.schema, day: z.string(), at: z.int() }),
  output: z.object({ file: z.string(), left: leftToPerson.optional() }),
  idempotent: true,
});

const entries = z.array(z.object({ path: z.string(), text: z.string() }));

/** Appends lines to the run log and an entry to the journal; what is there already stays single. */
export const writeRecord = defineOperation({
  name: 'agent/write-record',
  kind: 'write',
  input: z.object({ entries }),
  output: z.object({ written: z.int() }),
  idempotent: true,
  inLog: true,
});

export interface RecordKeeping {
  readonly log: Log;
  readonly folder: Folder;
  readonly inHome: (path: string) => string;
  readonly write: WriteOptions;
}

/** Performs what a run writes into its own folder. */
export const liveRecordKeeping = ({ log, folder, inHome, write }: RecordKeeping): Handler =>
  liveHandler('record-keeping', [
    answer(writeMemory, async ({ capture, day, at }) => {
      const { file, left } = await writeNote(capture, { log, folder, inHome, day, at, write });
      if (left.length === 0) return { file };
      await stateContradictions(log, { file, left, inHome, write });
      return { file, left: [...left] };
    }),
    answer(writeRecord, async (args, { step }) => {
      const appends = args.entries.map(({ path, text }) => ({ path: inHome(path), text }));
      // The lines of a run, its last reads and the end of this step are one transaction: its end.
      const transact = (
        facts: readonly FactInput[],
        options: TransactOptions,
        written: number,
      ): Promise<TransactResult> =>
        step === undefined
          ? log.transact(facts, options)
          : step.endWith({ written }, ({ facts: more, blobs, ...fence }) => {
              const all = [...(options.blobs ?? []), ...blobs];
              return log.transact([...facts, ...more], { ...options, ...fence, blobs: all });
            });
      const results = await folder.appendEntries(appends, { ...write, transact });
      return { written: results.filter(({ written }) => written).length };
    }),
  ]);
