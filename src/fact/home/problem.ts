import { FactError } from '../error.ts';
import type { TransactionId } from '../log.ts';

/** Where in the log something is wrong. */
export interface Locus {
  readonly writer: string;
  readonly seq?: number;
  readonly id?: TransactionId;
  readonly path?: string;
  /** Byte offset of the line in its file. */
  readonly offset?: number;
}

/** Bytes of the log that are not as their writer wrote them. */
export const damaged = (what: string, locus: Locus, cause?: unknown): FactError =>
  new FactError({
    code: 'fact/damaged',
    message: `the log is damaged: ${what}${place(locus)}`,
    hint: 'run `datum verify`; `datum recover` brings whole bytes back from git, a clone or the index',
    kind: 'integrity',
    data: { ...locus },
    cause,
  });

/** Two histories signed by one writer. */
export const equivocation = (locus: Locus & { readonly seq: number }): FactError =>
  new FactError({
    code: 'fact/equivocation',
    message: `writer ${locus.writer} signed two different transactions with seq ${locus.seq}`,
    hint: 'do not trust this writer; find out which copy of its key wrote the other history',
    kind: 'integrity',
    data: { ...locus },
  });

/** History that was here, or that others name, and is not. */
export class MissingHistory extends FactError {
  readonly missing: readonly Locus[];

  constructor(missing: readonly Locus[]) {
    const names = missing.slice(0, 5).map(({ writer, seq, id }) => id ?? `${writer} ${seq ?? ''}`);
    const more = missing.length > names.length ? ` and ${missing.length - names.length} more` : '';
    super({
      code: 'fact/missing-history',
      message: `${missing.length} transactions of this log are missing: ${names.join(', ')}${more}`,
      hint: 'run `datum recover`, or look with --read-only, or go on without them: `datum accept-rollback`',
      kind: 'integrity',
      data: { missing: missing.map((locus) => ({ ...locus })) },
    });
    this.missing = missing;
  }
}

/** A history that began somewhere else: another home's. */
export const foreignHistory = ({ writer, id }: Locus): FactError =>
  new FactError({
    code: 'fact/foreign-history',
    message: `writer ${writer} founds another home with ${id ?? 'its first transaction'}`,
    hint: 'remove its folder under .datum/log/: two homes do not share a log',
    kind: 'integrity',
    data: { writer, id: id ?? null },
  });

/** The one to throw for several: a second history or damage first, else all that is missing together. */
export function worstOf(problems: readonly FactError[]): FactError | undefined {
  const missing = problems.filter((problem) => problem instanceof MissingHistory);
  const other = problems.find((problem) => !(problem instanceof MissingHistory));
  if (other !== undefined || missing.length <= 1) return other ?? missing[0];
  return new MissingHistory(missing.flatMap((problem) => problem.missing));
}

/** A writer whose public key is not in `.datum/keys/`, or is not its own. */
export const unknownKey = (writer: string, path: string): FactError =>
  new FactError({
    code: 'fact/no-public-key',
    message: `the public key of writer ${writer} is missing or damaged: ${path}`,
    hint: 'bring the file back from git or from a clone',
    kind: 'integrity',
    data: { writer, path },
  });

const place = ({ writer, seq, path, offset }: Locus): string => {
  const transaction = seq === undefined ? `writer ${writer}` : `writer ${writer} seq ${seq}`;
  return path === undefined
    ? ` (${transaction})`
    : ` (${transaction}, ${path} at byte ${offset ?? 0})`;
};
