import { type FolderContext, readDisk, tooBusy } from './context.ts';
import type { DocumentWrite, Generator, WriteOptions } from './folder.ts';
import { writeDocuments } from './write-documents.ts';

const ATTEMPTS_MAX = 5;

/** Prints generated files anew; answers the paths whose text changed. */
export async function printGenerated(
  context: FolderContext,
  generators: readonly Generator[],
  options: WriteOptions,
): Promise<readonly string[]> {
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
    const database = await context.log.at();
    const writes: DocumentWrite[] = [];
    for (const { path, print } of generators) {
      const file = readDisk(context, path);
      const content = await print(database, file?.content.toString('utf8'));
      writes.push({ path, content, ifHash: file?.hash ?? null });
    }
    const result = await writeDocuments(context, writes, options);
    if (result.ok) return result.written;
  }
  throw tooBusy();
}
