import {
  addTask,
  NEW_TASK_BOARD,
  parseTaskBoard,
  printTaskBoard,
  summaryOf,
} from '../../folder/index.ts';
import type { LoadedRun } from './load.ts';

const BOARD = 'TASKBOARD.md';

/**
 * Leaves the work of a run that a cap stopped to a person: a task on the home's board, which
 * `datum resume` and `datum status` show. Done twice, it is there once.
 */
export async function handOff({ world, identity }: LoadedRun, reason: string): Promise<void> {
  const { folder } = world;
  const { id, request } = identity;
  const item = summaryOf(request.workItem.replaceAll(/\s+/g, ' ').trim());
  const text = `${request.agent} could not pay for "${item}": ${reason} (datum run ${request.agent} --resume ${id})`;
  for (;;) {
    const found = await folder.readDocument(BOARD);
    const board = parseTaskBoard(found?.content ?? NEW_TASK_BOARD, BOARD);
    if (board.tasks.some((task) => task.text.includes(id))) return;
    const written = await folder.writeDocument(
      BOARD,
      printTaskBoard(addTask(board, 'Queued', text)),
      {
        by: `agent:${request.agent}`,
        why: { run: id },
        ifHash: found?.hash ?? null,
      },
    );
    if (written.ok) return;
  }
}
