import type { Clock, DatumError, Json, JsonObject, Micros, Sha256 } from '../base/index.ts';

/** `kind:name`, for example `agent:harbor`. */
export type Entity = string;
/** `room/name`, for example `agent/mood`. */
export type Attribute = string;
/** SHA-256 of a transaction's canonical bytes. */
export type TransactionId = Sha256;

/** One operation as a caller states it. */
export interface FactInput {
  readonly e: Entity;
  readonly a: Attribute;
  /** Needed for an assert; for a retract only when the attribute is `many`. */
  readonly v?: Json;
  /** `assert` when absent. */
  readonly op?: 'assert' | 'retract';
  /** The transaction's own time when absent; `always` for the whole time axis. */
  readonly validFrom?: Micros | 'always';
  /** Exclusive; open when absent. */
  readonly validTo?: Micros;
  /** Whom a private value is about, so whose key seals it; the entity itself when absent. */
  readonly subject?: Entity;
}

/** One operation as a transaction's bytes hold it. */
export interface Fact extends FactInput {
  /** In place of `v` for a `private` attribute: the hash of the sealed blob that holds the value. */
  readonly sealed?: Sha256;
}

/** One operation as it is known: a fact with its transaction and position. */
export interface Datom {
  readonly e: Entity;
  readonly a: Attribute;
  readonly v: Json;
  readonly op: 'assert' | 'retract';
  readonly tx: TransactionId;
  readonly position: number;
  readonly at: Micros;
  /** Absent: since ever. */
  readonly validFrom?: Micros;
  /** Exclusive; absent: open. */
  readonly validTo?: Micros;
}

/** What must hold for a transaction to be written; checked in the same lock as the write. */
export type Precondition =
  | { readonly e: Entity; readonly a: Attribute; readonly is: Json }
  | { readonly e: Entity; readonly a: Attribute; readonly oneOf: readonly Json[] }
  | { readonly e: Entity; readonly a: Attribute; readonly absent: true };

/** A lease's token: the store refuses a write that carries an older one than it has given out. */
export interface Fence {
  readonly name: string;
  readonly token: number;
}

export interface BlobRef {
  readonly hash: Sha256;
  readonly size: number;
  /** `git`: travels with the repository; `local`: this machine only; `sealed`: encrypted, may be erased. */
  readonly keep: 'git' | 'local' | 'sealed';
}

export interface TransactOptions {
  /** The principal in whose name this is written, for example `user:ada` or `agent:harbor`. */
  readonly by?: string;
  /** Provenance: run, effect, source. */
  readonly why?: JsonObject;
  readonly if?: readonly Precondition[];
  readonly branch?: string;
  readonly fence?: Fence;
  readonly blobs?: readonly BlobRef[];
  /** `later` returns once written; the next synced transaction or `sync()` makes it durable. */
  readonly durability?: 'now' | 'later';
}

export type TransactResult =
  | {
      readonly ok: true;
      /** The new transaction, or the unchanged head when nothing would have changed. */
      readonly id: TransactionId;
      readonly seq: number;
      readonly at: Micros;
      readonly written: boolean;
    }
  | {
      readonly ok: false;
      /** The first condition that does not hold, and the value found instead. */
      readonly failed: Precondition;
      readonly found: Json | undefined;
    };

/** A signed transaction with its decoded contents. */
export interface Transaction {
  readonly id: TransactionId;
  readonly writer: string;
  readonly seq: number;
  readonly prev: TransactionId | undefined;
  readonly parents: readonly TransactionId[];
  readonly branch?: string;
  readonly at: Micros;
  readonly by: string;
  readonly why: JsonObject;
  readonly if: readonly Precondition[];
  readonly facts: readonly Fact[];
  readonly blobs: readonly BlobRef[];
}

/** Where in the two times, and on which branch, a read stands. */
export interface Point {
  /** What was known then: a time, or a transaction of this home. Now when absent. */
  readonly known?: Micros | TransactionId;
  /** What was true then. max(clock, head) when absent, fixed when the value is made. */
  readonly valid?: Micros;
  readonly branch?: string;
}

export type Pattern = {
  readonly e?: Entity | Variable;
  readonly a?: Attribute;
  readonly v?: Json | Variable;
  /** Bounds on a scalar value, for indexed attributes answered by a range scan. */
  readonly range?: { readonly from?: Json; readonly below?: Json };
};
/** A name that joins patterns: `{ e: { var: 'task' }, a: 'task/owner', v: 'agent:harbor' }`. */
export interface Variable {
  readonly var: string;
}
export type Binding = Readonly<Record<string, Json>>;

/** An immutable view of the log at one point; every call answers the same for ever. */
export interface Database {
  readonly known: TransactionId | undefined;
  readonly valid: Micros;
  readonly branch: string | undefined;
  /** The value, or `undefined`; an array of values for a `many` attribute. */
  get(e: Entity, a: Attribute): Promise<Json | undefined>;
  /** All attributes of an entity with their values. */
  entity(e: Entity): Promise<Readonly<Record<Attribute, Json>>>;
  /** The datoms that hold at this point; narrow by entity and attribute. */
  datoms(match?: { readonly e?: Entity; readonly a?: Attribute }): AsyncIterable<Datom>;
  /** Every known operation on an entity, oldest first. */
  history(e: Entity, a?: Attribute): Promise<readonly Datom[]>;
  /** The transaction that made the value hold, and the chain of `why` behind it. */
  causes(e: Entity, a: Attribute): Promise<readonly Transaction[]>;
  /** Bindings of the variables in all patterns together. */
  find(patterns: readonly Pattern[]): Promise<readonly Binding[]>;
  /** The same with facts on top, in memory: its reads see them, the log never does. */
  with(facts: readonly FactInput[]): Database;
}

export interface Lease {
  readonly name: string;
  readonly token: number;
  readonly expiresAt: Micros;
  renew(): Promise<boolean>;
  release(): Promise<void>;
}

export interface Leases {
  /** `undefined` when another holder's lease has not expired. */
  acquire(
    name: string,
    options: { readonly holder: string; readonly ttlMillis: number },
  ): Promise<Lease | undefined>;
}

export interface Blobs {
  /** A sealed blob needs the `subject` it is about, whose key seals it. */
  put(
    content: Uint8Array | string,
    keep: BlobRef['keep'],
    options?: { readonly subject?: Entity },
  ): Promise<BlobRef>;
  /** `undefined`: not on this machine, or erased. Throws `fact/blob-damaged` when the bytes do not match. */
  get(hash: Sha256): Promise<Uint8Array | undefined>;
}

export interface SearchHit {
  readonly entity: Entity;
  readonly attribute: Attribute;
  readonly snippet: string;
  readonly score: number;
}

/** A branch of this home. */
export interface Branch {
  readonly name: string;
  /** The branch it was made from; absent: the main one. */
  readonly from?: string;
  /** It sees what was known to this transaction. */
  readonly base: TransactionId;
  /** Its own transactions, oldest and newest. */
  readonly first: TransactionId;
  readonly head: TransactionId;
  /** The branch's head when it was last merged. */
  readonly merged?: TransactionId;
}

/** What a branch says otherwise than its base, for a stretch of valid time. */
export interface BranchChange extends FactInput {
  /** What the base says at the beginning of the stretch; absent: nothing. */
  readonly was?: Json;
  /** What it was made from has said something of this entity and attribute since. */
  readonly contested: boolean;
}

/** Ways to try something beside the main branch; making and dropping one copies nothing. */
export interface Branches {
  /** Those that are open, in the order of their making. */
  list(): Promise<readonly Branch[]>;
  /** Throws `fact/branch-exists`. `from`: another branch; `known`: an earlier base than now. */
  create(
    name: string,
    options?: { readonly from?: string; readonly known?: TransactionId },
  ): Promise<Branch>;
  /** The net operations of a branch. Throws `fact/unknown-branch`, as the following do. */
  diff(name: string): Promise<readonly BranchChange[]>;
  /** Writes the net operations to what it was made from, as one transaction with `why.branch`. */
  merge(name: string, options?: TransactOptions): Promise<TransactResult>;
  /** Ends the branch; its name is free again, and what was known before still reads it. */
  close(name: string): Promise<TransactResult>;
}

/** What a column of a projection holds. */
export type Column = string | number | null;
export type Row = Readonly<Record<string, Column>>;

/** The tables of a projection, to a fold: SQL over them alone, with `?` for parameters. */
export interface ProjectionTables {
  run(sql: string, ...parameters: readonly Column[]): void;
  all(sql: string, ...parameters: readonly Column[]): readonly Row[];
}

/** Tables computed from the transactions of the main branch, one after another. */
export interface Projection {
  /** `room_name`, unique in a home. */
  readonly name: string;
  /** To be raised with every change of `tables` or `fold`: the projection is then made again. */
  readonly version: number;
  /** By table name, its columns and constraints as SQL: `{ spend_day: 'day text primary key, usd real' }`. */
  readonly tables: Readonly<Record<string, string>>;
  /**
   * `log`: transactions come in order `(at, id)`, and an older one that becomes known later has the
   * projection made again; `any`: the fold gives the same in any order, so nothing is done twice.
   */
  readonly order: 'log' | 'any';
  /** Deterministic: depends on the transaction and the projection's own tables alone. */
  readonly fold: (transaction: Transaction, tables: ProjectionTables) => void;
}

/** A writer of the log and why its facts count for guarded attributes, or that they do not. */
export interface WriterStatus {
  readonly writer: string;
  /** Made on this machine, named as trusted on it, vouched for by one of these, or none of it. */
  readonly trust: 'own' | 'named' | 'vouched' | 'unknown';
  readonly seq: number;
  readonly id: TransactionId;
  readonly at: Micros;
}

/** Whose facts count for guarded attributes here; a decision of this machine, not of the log. */
export interface Trust {
  /** All writers of the log. */
  writers(): Promise<readonly WriterStatus[]>;
  add(writers: readonly string[]): Promise<void>;
  remove(writers: readonly string[]): Promise<void>;
}

/** The key this working copy signs with. */
export interface Signer {
  readonly writer: string;
  /** The raw Ed25519 public key in 64 hex digits. */
  readonly publicKey: string;
  /** The Ed25519 signature (RFC 8032) over a message. */
  sign(message: Uint8Array): Uint8Array;
}

/** What became of an erasure. */
export interface Erasure {
  /**
   * `gone`: no other copy can have it; `ordered`: gone here, and every other copy carries the order out
   * when it takes the log in; `cannot`: nothing of it was ever sealed.
   */
  readonly outcome: 'gone' | 'ordered' | 'cannot';
  /** The sealed blobs that are erased. */
  readonly blobs: readonly Sha256[];
  /** Facts about the subject that are in the log in clear, for good. */
  readonly clear: readonly { readonly tx: TransactionId; readonly a: Attribute }[];
}

/** The keys of private values on this machine: to hand over with care. */
export interface SubjectKeys {
  /** A text with the keys of some subjects, or of all; whoever has it can read them. */
  export(subjects?: readonly Entity[]): Promise<string>;
  /** Takes over what {@link SubjectKeys.export} gave; how many keys are new here. */
  import(text: string): Promise<number>;
}

/** Transactions of one writer that came together. */
export interface Arrived {
  readonly writer: string;
  /** The first and the last `seq`. */
  readonly from: number;
  readonly to: number;
}

/** A transaction whose conditions do not hold in the order all clones share, so it does not stand. */
export interface Conflict {
  readonly loser: TransactionId;
  readonly winner: TransactionId;
  /** The writer of the transaction that lost. */
  readonly writer: string;
  /** What both wanted. */
  readonly e: Entity;
  readonly a: Attribute;
}

/** What a take-in of other writers' transactions brought. */
export interface TakeIn {
  readonly arrived: readonly Arrived[];
  /** What does not stand, of all transactions that some other one had not seen. */
  readonly conflicts: readonly Conflict[];
  /** Transactions whose clock runs more than ten minutes ahead of this machine's. */
  readonly ahead: readonly { readonly id: TransactionId; readonly at: Micros }[];
  /** What was there and could not be taken in, and why; what stands before it was. */
  readonly problems: readonly DatumError[];
}

/** The append-only log of one home, with its index; the same for every store. */
export interface Log {
  /** The id of the home's first transaction; `undefined` before it. */
  readonly home: TransactionId | undefined;
  readonly clock: Clock;
  readonly blobs: Blobs;
  readonly leases: Leases;
  readonly branches: Branches;
  readonly trust: Trust;
  /** `undefined` before this copy's first write. */
  readonly signer: Signer | undefined;
  readonly keys: SubjectKeys;
  /** Destroys the key of everything private about a subject, and orders the same of every copy. */
  erase(subject: Entity, options?: Pick<TransactOptions, 'by' | 'why'>): Promise<Erasure>;
  /** What opening brought, or the last `takeIn`. */
  readonly tookIn: TakeIn;
  /** Makes known what other writers have added to this home's files since. */
  takeIn(): Promise<TakeIn>;
  transact(facts: readonly FactInput[], options?: TransactOptions): Promise<TransactResult>;
  /** Makes everything written so far durable. */
  sync(): Promise<void>;
  at(point?: Point): Promise<Database>;
  transaction(id: TransactionId): Promise<Transaction | undefined>;
  /** All known transactions in order `(at, id)`, after a given one, or known at an earlier point. */
  transactions(options?: {
    readonly after?: TransactionId;
    readonly known?: Point['known'];
    readonly branch?: string;
  }): AsyncIterable<Transaction>;
  search(
    text: string,
    options?: Point & { readonly limit?: number },
  ): Promise<readonly SearchHit[]>;
  /** Rows of a projection (see `defineProjection`), which is first caught up with the log. */
  query(
    projection: Projection,
    sql: string,
    parameters?: readonly Column[],
  ): Promise<readonly Row[]>;
  close(): Promise<void>;
}
