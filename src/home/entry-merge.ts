/** A file of entries that are only ever added: a journal, or a log of JSON lines. */
interface EntryFile {
  /** What stands before the first entry. */
  readonly head: string;
  readonly entries: readonly string[];
}

/**
 * Joins two versions of an append-only file: every entry of both, once, in order of time where the
 * entries carry one, each side's own order kept. The head is ours.
 *
 * @example
 * const day = (n) => `{"ts":"2026-01-0${n}T00:00:00Z"}\n`;
 * mergeEntries(day(1) + day(3), day(1) + day(2), 'jsonl') === day(1) + day(2) + day(3); // => true
 */
export function mergeEntries(ours: string, theirs: string, form: 'jsonl' | 'journal'): string {
  const split = form === 'jsonl' ? splitLines : splitJournal;
  const left = split(ours);
  const right = split(theirs);
  const count = new Map<string, number>();
  for (const entry of left.entries) {
    const key = entry.trim();
    count.set(key, (count.get(key) ?? 0) + 1);
  }
  const missing = right.entries.filter((entry) => {
    const remaining = count.get(entry.trim()) ?? 0;
    count.set(entry.trim(), remaining - 1);
    return remaining <= 0;
  });
  return left.head + interleave(left.entries, missing).join('');
}

function interleave(ours: readonly string[], theirs: readonly string[]): readonly string[] {
  const merged: string[] = [];
  let next = 0;
  for (const entry of ours) {
    const time = timeOf(entry);
    while (next < theirs.length && time !== undefined && isBefore(theirs[next] ?? '', time)) {
      merged.push(ended(theirs[next] ?? ''));
      next += 1;
    }
    merged.push(ended(entry));
  }
  return [...merged, ...theirs.slice(next).map(ended)];
}

const isBefore = (entry: string, time: number): boolean => (timeOf(entry) ?? Infinity) < time;

const TIME = /\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:?\d{2})/;

function timeOf(entry: string): number | undefined {
  const text = TIME.exec(entry.slice(0, 400))?.[0];
  const millis = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(millis) ? undefined : millis;
}

/** An entry that another one can follow. */
const ended = (entry: string): string => (entry.endsWith('\n') ? entry : `${entry}\n`);

const splitLines = (text: string): EntryFile => ({
  head: '',
  entries: text.split(/(?<=\n)/).filter((line) => line.trim() !== ''),
});

/** Entries of a journal begin with a heading that holds a time or, in an agent's day file, any `##`. */
function splitJournal(text: string): EntryFile {
  const parts = text.split(/^(?=#{2,3} )/m);
  const head = /^#{2,3} /.test(parts[0] ?? '') ? '' : (parts.shift() ?? '');
  return { head, entries: parts };
}
