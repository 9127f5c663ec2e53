import { type FolderContext, readDisk } from './context.ts';
import type { DocumentWrite, Generator, WriteOptions } from './folder.ts';
import { refuseDuringMerge } from './git-state.ts';
import { writeLocked } from './write-documents.ts';

/** Prints generated files anew; answers the paths whose text changed. */
export async function printGenerated(
  context: FolderContext,
  generators: readonly Generator[],
  options: WriteOptions,
): Promise<readonly string[]> {
  refuseDuringMerge(context.root, context.disk);
  return context.marks.exclusively(context.log.clock, async () => {
    const database = await context.log.at();
    const writes: DocumentWrite[] = [];
    for (const { path, print } of generators) {
      const current = readDisk(context, path)?.content.toString('utf8');
      const content = await print(database, current);
      if (content !== undefined) writes.push({ path, content });
    }
    const result = await writeLocked(context, writes, options);
    return result.ok ? result.written : [];
  });
}
