import type { Log, TransactionId } from '../../fact/index.ts';

/** Where the writing of a run lies in the log. */
export interface WrittenIn {
  /** What the run read from; it writes after that. */
  readonly after: TransactionId | undefined;
  /** Lines of the run log that are its own; the log is read until all were seen. */
  readonly lines: number;
}

/** Paths in the home of the files a run wrote, in the order it first did. */
export async function writtenBy(
  log: Log,
  run: string,
  { after, lines }: WrittenIn,
): Promise<readonly string[]> {
  if (after === undefined) return [];
  const paths = new Set<string>();
  let left = lines;
  let isDone = false;
  for await (const { why, facts } of log.transactions({ after })) {
    if (why['run'] !== run) {
      if (isDone) break;
      continue;
    }
    for (const { e, a, v } of facts) {
      if (a === 'doc/hash' && v !== undefined) paths.add(e.slice('doc:'.length));
      if (a === 'entry/file') paths.add(String(v));
      if (a === 'run/record') left -= 1;
    }
    isDone = left <= 0;
  }
  return [...paths];
}
