import type { Sha256 } from '../../base/index.ts';
import type { DreamChange, DreamManifest } from '../../folder/index.ts';

/** A file as it is now. */
export interface LiveFile {
  readonly text: string;
  readonly hash: Sha256;
}

/** What an apply stands on. */
export interface ApplyInput {
  readonly manifest: Pick<DreamManifest, 'changes' | 'base'>;
  /** What the dream would have, by file name inside `memory/`. */
  readonly staged: (file: string) => string | undefined;
  /** What is there now. */
  readonly live: (file: string) => LiveFile | undefined;
}

/** One file of an apply. */
export interface PlannedFile {
  readonly file: string;
  readonly before: LiveFile | undefined;
  readonly text: string;
}

export interface ApplyPlan {
  readonly applied: readonly DreamChange[];
  readonly files: readonly PlannedFile[];
  readonly leftOut: readonly { readonly change: DreamChange; readonly why: string }[];
}

/**
 * Which changes of a dream still hold: those whose every file is as the dream read it. A change with
 * a file that somebody changed, removed or wrote since is left out whole, so that nothing newer is
 * lost and no note is retired for one that lacks its newest words (defect D18). Files no change
 * names are not looked at: what was captured since stays as it is.
 */
export function planApply({ manifest, staged, live }: ApplyInput): ApplyPlan {
  const applied: DreamChange[] = [];
  const files: PlannedFile[] = [];
  const leftOut: { change: DreamChange; why: string }[] = [];
  const touched = new Set<string>();
  for (const change of manifest.changes) {
    const why = obstacleOf(change, { manifest, staged, live, touched });
    if (why !== undefined) {
      leftOut.push({ change, why });
      continue;
    }
    applied.push(change);
    for (const file of change.files) {
      touched.add(file);
      files.push({ file, before: live(file), text: staged(file) as string });
    }
  }
  return { applied, files, leftOut };
}

function obstacleOf(
  { files }: DreamChange,
  { manifest, staged, live, touched }: ApplyInput & { readonly touched: ReadonlySet<string> },
): string | undefined {
  for (const file of files) {
    const base = Object.hasOwn(manifest.base, file) ? manifest.base[file] : undefined;
    const now = live(file)?.hash ?? null;
    if (base === undefined) return `the manifest does not say what ${file} was`;
    if (staged(file) === undefined) return `${file} is not staged`;
    if (touched.has(file)) return `another change touches ${file}`;
    if (now === base) continue;
    if (base === null) return `${file} was written since`;
    return now === null ? `${file} was removed since` : `${file} was changed since`;
  }
  return undefined;
}
