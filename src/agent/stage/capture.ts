import { DatumError } from '../../base/index.ts';
import { clockNow, liveClock, perform, within } from '../../effect/index.ts';
import { type Capture, distinctCaptures } from '../capture/capture.ts';
import { localTime } from '../local-time.ts';
import { liveRecordKeeping, writeMemory } from '../operations.ts';
import { recordingStopped } from '../recording-stopped.ts';
import { absolutePath, mayWrite, pathOrigin, pathRefused } from '../tool/allowed-paths.ts';
import { trustedPaths } from '../tool/trusted-paths.ts';
import type { LoadedRun } from './load.ts';

/** What became of the captures of a run. */
export interface WrittenCaptures {
  /** File names of the notes. */
  readonly files: readonly string[];
  readonly failures: readonly { readonly name: string; readonly error: string }[];
  /** Contradictions that are for a person to decide: the new note, the other, why. */
  readonly left: readonly { readonly file: string; readonly other: string; readonly why: string }[];
}

/**
 * Writes what a run that was cut short wanted remembered by then. It is no step of the run, so a
 * resumed run comes to the same captures again, and writing them twice is writing them once.
 */
export async function keepCaptures(run: LoadedRun): Promise<WrittenCaptures> {
  const { identity, world, snapshot, draft } = run;
  const { agent } = identity.request;
  const write = { by: `agent:${agent}`, why: { run: identity.id } };
  const keeping = liveRecordKeeping({
    log: world.log,
    folder: world.folder,
    inHome: snapshot.inHome,
    write,
  });
  return within([keeping, liveClock(world.clock)], () =>
    writeCaptures(run, distinctCaptures(draft.captures)),
  );
}

/**
 * Writes the captures of a run as notes, one at a time; one that fails does not stop the others. An
 * agent whose tools.md does not let it write its memory remembers nothing (atomic-runtime §2.2).
 */
export async function writeCaptures(
  run: LoadedRun,
  captures: readonly Capture[],
): Promise<WrittenCaptures> {
  const { identity, world } = run;
  const files: string[] = [];
  const failures: { readonly name: string; readonly error: string }[] = [];
  const left: { file: string; other: string; why: string }[] = [];
  const written = { files, failures, left };
  if (identity.request.writeCaptures === false || captures.length === 0) return written;
  const refused = memoryRefused(run);
  if (refused !== undefined) {
    return { ...written, failures: captures.map(({ name }) => ({ name, error: refused })) };
  }
  const at = await perform(clockNow, {});
  const { day } = localTime(at, world.zone);
  for (const capture of captures) {
    try {
      const note = await perform(writeMemory, { capture, day, at });
      files.push(note.file);
      for (const { file: other, why } of note.left ?? [])
        left.push({ file: note.file, other, why });
    } catch (error) {
      if (!(error instanceof DatumError) || recordingStopped()) throw error;
      failures.push({ name: capture.name, error: `${error.code}: ${error.message}` });
    }
  }
  return { files: [...new Set(files)], failures, left };
}

function memoryRefused(run: LoadedRun): string | undefined {
  const memory = absolutePath('memory', pathOrigin(run));
  if (mayWrite(memory, trustedPaths(run).allowed, run.world.disk)) return undefined;
  const { code, message } = pathRefused(run.snapshot.inHome('memory'), 'write');
  return `${code}: ${message}`;
}
