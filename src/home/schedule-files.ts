import type { Sha256 } from '../base/index.ts';
import type { Log } from '../fact/index.ts';
import {
  agentFolders,
  FolderError,
  type Problem,
  parseScheduleFile,
  type Schedule,
} from '../folder/index.ts';

/** A `schedule.md` of an agent as the log has it. */
export interface ScheduleDocument {
  readonly agent: string;
  /** Relative to the home. */
  readonly path: string;
  readonly hash: Sha256;
  /** None of a file that cannot be read. */
  readonly schedules: readonly Schedule[];
  readonly problems: readonly Problem[];
}

const FILE = 'schedule.md';

/** The schedules of all agents, by file, in the order of their paths. */
export async function scheduleDocuments({
  log,
}: {
  readonly log: Log;
}): Promise<readonly ScheduleDocument[]> {
  const database = await log.at();
  const agents = await agentFolders(database);
  const documents = await Promise.all(
    agents.map(async ({ name, path: folder }): Promise<readonly ScheduleDocument[]> => {
      const path = folder === '' ? FILE : `${folder}/${FILE}`;
      const hash = await database.get(`doc:${path}`, 'doc/hash');
      if (typeof hash !== 'string') return [];
      const content = await log.blobs.get(hash);
      return [{ agent: name, path, hash, ...read(content, path) }];
    }),
  );
  return documents.flat().sort((a, b) => (a.path < b.path ? -1 : 1));
}

function read(
  content: Uint8Array | undefined,
  path: string,
): Pick<ScheduleDocument, 'schedules' | 'problems'> {
  try {
    return { schedules: parseScheduleFile(content ?? '', path).schedules, problems: [] };
  } catch (error) {
    if (!(error instanceof FolderError)) throw error;
    return { schedules: [], problems: error.problems };
  }
}

/** What trusting a schedule file allows, or why nothing of it runs. */
export const aboutSchedules = ({ agent, schedules, problems }: ScheduleDocument): string =>
  problems.length > 0
    ? `cannot be read: ${problems[0]?.message ?? ''}`
    : schedules
        .map(({ cron, zone, workItem }) => `runs ${agent} at ${cron} (${zone}): ${workItem}`)
        .join('; ');
