import type { Log } from '../../fact/index.ts';
import { agentFolders, FolderError, type ModelFile } from '../../folder/index.ts';
import { readModelOf } from './prompt-source.ts';
import { openSnapshot } from './snapshot.ts';

/** What in a model.md has no effect, each with its line and what to write instead. */
export const warningsOf = ({ warnings }: ModelFile): readonly string[] =>
  warnings.map(({ file, line, message, hint }) => `${file}:${line}: ${message}; ${hint}`);

/** The same of all agents of a home; a model.md that cannot be read stops its runs and says why there. */
export async function modelWarnings(log: Log): Promise<readonly string[]> {
  const database = await log.at();
  const found = await Promise.all(
    (await agentFolders(database)).map(async ({ name }) => {
      try {
        return warningsOf(await readModelOf(await openSnapshot(log, { agent: name, database })));
      } catch (error) {
        if (error instanceof FolderError) return [];
        throw error;
      }
    }),
  );
  return [...new Set(found.flat())];
}
