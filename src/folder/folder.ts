import type { Disk, JsonObject, Micros, Random, Sha256 } from '../base/index.ts';
import type {
  Database,
  Entity,
  FactInput,
  Log,
  TransactionId,
  TransactOptions,
  TransactResult,
} from '../fact/index.ts';
import type { Problem } from './error.ts';
import type { GitView } from './git-state.ts';
import type { Marks } from './marks.ts';

/**
 * The files of a home and the facts about them, kept in step (law 2). Paths are relative to the
 * root, with `/`. Facts stand on `doc:<path>` and `run:<id>`.
 */
export interface Folder {
  /** Absolute, links resolved. */
  readonly root: string;
  /** Every agent folder found at the last reconcile. */
  agents(): readonly AgentFolder[];
  /**
   * Brings files and facts together: adopts what is new, takes in what was changed by hand,
   * finishes writes that were cut off. Content hashes decide, never clocks. Throws
   * `folder/merge-under-way` (busy) while git has unmerged paths, a merge or a rebase.
   */
  reconcile(options?: WriteOptions): Promise<ReconcileReport>;
  /** The bytes on disk with their hash; `undefined` when there is no such file. */
  readDocument(path: string): Promise<StoredDocument | undefined>;
  /** One transaction, then an atomic replace, then the mark. Neither side of a conflict is lost. */
  writeDocument(
    path: string,
    content: Uint8Array | string,
    options?: WriteDocumentOptions,
  ): Promise<WriteResult>;
  /** Several documents in one transaction, for example a note and its line in the index. */
  writeDocuments(writes: readonly DocumentWrite[], options?: WriteOptions): Promise<WriteResult>;
  /** Moves a document: a new entity that names the old one in `doc/moved-from`. */
  moveDocument(from: string, to: string, options?: WriteOptions): Promise<WriteResult>;
  /** Adds one entry to a journal or a JSONL log: the fact first, then the line. */
  appendEntry(path: string, entry: string, options?: WriteOptions): Promise<AppendResult>;
  /** Several entries in one transaction, for example the lines of a run and its journal entry. */
  appendEntries(
    entries: readonly EntryAppend[],
    options?: AppendOptions,
  ): Promise<readonly AppendResult[]>;
  /** Prints generated files anew from facts; writes only those whose text changed. */
  printGenerated(
    generators: readonly Generator[],
    options?: WriteOptions,
  ): Promise<readonly string[]>;
  /** Brings documents back as they were known at a time, as new facts; nothing is rewritten. */
  restore(options: RestoreOptions): Promise<RestoreReport>;
  /** Reads every file in its format and says what is wrong; changes nothing. */
  check(): Promise<readonly Problem[]>;
  /** Documents whose file is not what the log says; changes nothing. For verify and status. */
  differences(): Promise<readonly DocumentChange[]>;
  close(): void;
}

export interface FolderOptions {
  readonly log: Log;
  readonly root: string;
  readonly disk: Disk;
  readonly random: Random;
  /** Where the mark of each file is kept: what this working copy last saw on disk. */
  readonly marks: Marks;
  /** Asked before anything is written or taken in; absent: the home is not under git. */
  readonly git?: GitView;
}

export interface WriteOptions {
  /** The principal in whose name it is written. */
  readonly by?: string;
  readonly why?: JsonObject;
}

export interface AppendOptions extends WriteOptions {
  /** Writes the transaction, for a caller that has more to say in it; told how many entries are new. */
  readonly transact?: (
    facts: readonly FactInput[],
    options: TransactOptions,
    entries: number,
  ) => Promise<TransactResult>;
}

export interface WriteDocumentOptions extends WriteOptions {
  /** Write only if the file on disk has this hash; `null`: only if there is none. */
  readonly ifHash?: Sha256 | null;
}

export interface StoredDocument {
  readonly path: string;
  readonly content: Uint8Array;
  readonly hash: Sha256;
}

/** One change of one document. */
export interface DocumentWrite extends Pick<WriteDocumentOptions, 'ifHash'> {
  readonly path: string;
  /** `null` removes the document; what it held stays in the log. */
  readonly content: Uint8Array | string | null;
  /** The document it was before. */
  readonly movedFrom?: string;
}

export type WriteResult =
  | {
      readonly ok: true;
      /** Paths whose content changed. */
      readonly written: readonly string[];
    }
  | {
      readonly ok: false;
      /** The first document that is not what the writer saw. */
      readonly path: string;
      /** The hash found instead; `null` for no document. */
      readonly found: Sha256 | null;
      /** Holds what was to be written, when the file changed only after the transaction. */
      readonly tx?: TransactionId;
    };

/** One entry for one file. */
export interface EntryAppend {
  readonly path: string;
  readonly text: string;
}

export interface AppendResult {
  /** False when the very same entry is already there. */
  readonly written: boolean;
  /** `run:<id>` for a line of a run log. */
  readonly entity: Entity;
  /** The transaction that holds it. */
  readonly tx: TransactionId;
}

/** A folder with a `model.md`: an agent. */
export interface AgentFolder {
  readonly name: string;
  /** Relative to the root; empty when the root itself is the agent. */
  readonly path: string;
}

/** A file that the runtime prints from facts; `print` must not write through the folder. */
export interface Generator {
  readonly path: string;
  /**
   * The new text, from the database and the text now on disk, whose hand-written parts survive;
   * `undefined` leaves the file alone.
   */
  readonly print: (database: Database, current: string | undefined) => Promise<string | undefined>;
}

export interface RestoreOptions extends WriteOptions {
  readonly known: Micros | TransactionId;
  /** A document, or a folder; all documents when absent. */
  readonly path?: string;
}

export interface RestoreReport {
  readonly restored: readonly string[];
  /** Documents that did not exist then; they stay as they are. */
  readonly newer: readonly string[];
  /** Documents whose content is not on this machine. */
  readonly missing: readonly string[];
}

/** What a reconcile found and did, as data. */
export interface ReconcileReport {
  /** Agent folders and workshops taken in for the first time. */
  readonly adopted: readonly Adoption[];
  /** Documents changed by somebody's hand since the last time. */
  readonly changed: readonly DocumentChange[];
  /** New entries found in append-only files. */
  readonly entries: readonly EntriesTaken[];
  /** Paths whose write had been cut off and is now done. */
  readonly finished: readonly string[];
  /** Lines and files that cannot be read as what they are; kept as they are, worked around. */
  readonly damaged: readonly Problem[];
  /** Both sides are in the log; `kept` is what stands in the file. */
  readonly conflicts: readonly DocumentConflict[];
}

export interface Adoption {
  /** Relative to the root; empty for the root. */
  readonly path: string;
  readonly documents: number;
  readonly entries: number;
}

export interface DocumentChange {
  readonly path: string;
  readonly kind: 'added' | 'changed' | 'removed' | 'moved';
  /** The old path of a moved document. */
  readonly from?: string;
}

export interface EntriesTaken {
  readonly path: string;
  readonly count: number;
}

export interface DocumentConflict {
  readonly path: string;
  readonly kept: Sha256 | null;
  readonly other: Sha256 | null;
  /** The transaction that holds the other side. */
  readonly tx: TransactionId;
}
