import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { FactError } from '../error.ts';
import type { FactIndex } from '../fact-index.ts';
import type { KeyPair } from '../key-pair.ts';
import type { SealedTable } from '../sealing/sealed-table.ts';
import type { Vault } from '../sealing/vault.ts';
import type { HomeMemories } from '../trusting/home-memory.ts';
import type { WriterTrust } from '../trusting/trust.ts';
import type { LocalDatabase } from '../writing/local-database.ts';
import type { MetaTable } from '../writing/meta-table.ts';
import { type Arrivals, FACTS_PER_STEP, type Store } from '../writing/store.ts';
import { type HomeWorld, intakeParts } from './home-world.ts';
import { type Intake, type IntakeParts, startIntake } from './intake.ts';
import type { Head } from './machine-state.ts';
import type { MarkRow } from './mark-table.ts';
import type { OwnHead } from './own-head.ts';
import { mendOwnTail, restoreUnsynced } from './own-tail.ts';
import { MissingHistory, worstOf } from './problem.ts';
import { openSegmentWriter, type SegmentWriter } from './segment-writer.ts';

/** The store of a home: segment files under `.datum/log/`, in the working copy's own folder. */
export class HomeStore implements Store {
  readonly local: LocalDatabase;
  readonly index: FactIndex;
  readonly meta: MetaTable;
  readonly memories: HomeMemories;
  readonly sealed: SealedTable;
  readonly vault: Vault;
  readonly trust: WriterTrust;
  readonly #world: HomeWorld;
  readonly #parts: IntakeParts;
  #key: KeyPair | undefined;
  #segment: SegmentWriter | undefined;
  /** Where the own lines end, as of the last lock; the index may have fewer. */
  #mark: MarkRow | undefined;
  /** The same before the lines that were appended in this lock. */
  #appendedAt: MarkRow | undefined;
  /** The same as this process left it when it last wrote, and how often others had written by then. */
  #left: { readonly mark: MarkRow; readonly others: number } | undefined;
  /** How often others had written when a key was last looked for. */
  #lookedAt: number | undefined;
  /** Counts whatever may have moved the own lines or what the index has of them. */
  #turns = 0;
  readonly #indexPath: string;
  readonly #indexInode: number | undefined;
  #failure: unknown;

  constructor(world: HomeWorld, local: LocalDatabase) {
    this.#world = world;
    this.#parts = intakeParts(world, local, () => this.#key?.writer);
    this.local = local;
    this.index = this.#parts.index;
    this.meta = this.#parts.meta;
    this.memories = this.#parts.memories;
    this.sealed = this.#parts.sealed;
    this.vault = this.#parts.vault;
    this.trust = this.#parts.trust;
    this.#indexPath = join(world.datum, 'local.sqlite');
    this.#indexInode = this.#inodeOfIndex();
    this.#loadKey();
  }

  key(): KeyPair | undefined {
    return this.#key;
  }

  get isAlone(): boolean {
    return this.#left?.others === this.index.othersWrote;
  }

  keepKey(key: KeyPair): void {
    const { keys, state } = this.#world;
    state.keepKey(key);
    keys.keep(key.writer, key.publicKey);
    const record = state.record();
    if (record !== undefined) state.remember({ ...record, writer: key.writer });
    this.#use(key);
  }

  prepare(): void {
    this.#appendedAt = undefined;
    this.#turns += 1;
    if (this.#failure !== undefined) throw storeFailed(this.#failure);
    if (this.#inodeOfIndex() !== this.#indexInode) throw indexReplaced();
    // Another process of this working copy may have made the writer in the meantime.
    if (this.#key === undefined) this.#loadKey();
    const key = this.#key;
    const segment = this.#segment;
    if (key === undefined || segment === undefined) return;
    const { marks } = this.#parts;
    const left = this.isAlone ? this.#left?.mark : undefined;
    const mark = left ?? marks.get(key.writer);
    const isThere = segment.state(mark) === 'at';
    if (!isThere) {
      this.#left = undefined;
      mendOwnTail(key.writer, segment, { mark, parts: this.#parts, state: this.#world.state });
    }
    this.#mark = isThere ? mark : marks.get(key.writer);
    if (left === undefined || !isThere) this.#mustHave(this.#ownHead());
  }

  /** Throws when what was acknowledged is gone from the files, and its place in the chain would be taken again. */
  #mustHave(head: OwnHead | undefined): void {
    if (head === undefined || head.seq <= this.index.chains.length(head.writer)) return;
    throw new MissingHistory([head]);
  }

  /** The newest transaction that this writer acknowledged, in whichever process. */
  #ownHead(): OwnHead | undefined {
    const head = this.#key && this.#world.state.ownHead();
    return head?.writer === this.#key?.writer ? head : undefined;
  }

  isBehind(): boolean {
    if (this.#failure !== undefined) return false;
    const { othersWrote } = this.index;
    if (this.#key === undefined && this.#lookedAt !== othersWrote) {
      this.#lookedAt = othersWrote;
      this.#loadKey();
    }
    const head = this.#ownHead();
    if (head === undefined) return false;
    if (head.seq <= this.index.chains.length(head.writer)) return false;
    // It may have come with a commit since the index was looked at.
    this.index.refresh();
    return head.seq > this.index.chains.length(head.writer);
  }

  /** Without the file both processes would hold a lock of their own. */
  #inodeOfIndex(): number | undefined {
    return this.#world.disk.lstat(this.#indexPath, { throwIfNoEntry: false })?.ino;
  }

  /** Writes again what a power cut took of the own lines that were not synced. */
  #restoreTail(): void {
    if (this.#key === undefined || this.#segment === undefined) return;
    const parts = this.#parts;
    const mark = parts.marks.get(this.#key.writer);
    if (this.#segment.state(mark) === 'short') {
      restoreUnsynced(this.#key.writer, this.#segment, { parts, state: this.#world.state });
    }
  }

  async readNew(): Promise<Arrivals> {
    const { index, local } = this;
    let intake: Intake | undefined;
    let turns = this.#turns;
    this.#left = undefined;
    for (let more = true; more; await setImmediate()) {
      const step = (): boolean => {
        index.refresh();
        if (intake === undefined) this.#restoreTail();
        // What was written here meanwhile is not to be read again.
        const changed = local.changedByOthers() || turns !== this.#turns;
        if (intake === undefined || changed) intake = startIntake(this.#parts);
        turns = this.#turns;
        const left = intake.step(FACTS_PER_STEP);
        if (!left) this.#finishIntake(intake);
        return left;
      };
      more = await local.locked(step, () => index.forget());
    }
    const own = this.#key?.writer;
    return {
      arrived: (intake?.arrived ?? []).filter(({ writer }) => writer !== own),
      problems: intake?.problems(own) ?? [],
    };
  }

  saw(heads: ReadonlyMap<string, Head>): void {
    this.#world.state.sawAll(heads);
  }

  /** Ends an intake that has nothing left to read. */
  #finishIntake(intake: Intake): void {
    const worst = worstOf(intake.broken);
    if (worst !== undefined) throw worst;
    const newer = intake.problems().find(({ code }) => code === 'fact/newer-version');
    if (newer !== undefined) throw newer;
    this.prepare();
    if (this.index.chains.pending().length > 0) this.index.settle();
  }

  append(lines: readonly Uint8Array[], durable: boolean): void {
    const key = this.#key;
    const segment = this.#segment;
    if (key === undefined || segment === undefined) throw storeFailed('no writer');
    const before = this.#mark ?? this.#parts.marks.get(key.writer);
    this.#appendedAt = before;
    const { end, last } = segment.append(before, lines);
    if (durable) segment.sync();
    this.#mark = { ...end, last, size: -1, mtime: -1 };
    this.#left = { mark: this.#mark, others: this.index.othersWrote };
  }

  indexed(): void {
    const key = this.#key;
    const mark = this.#mark;
    this.#turns += 1;
    if (key !== undefined && mark !== undefined) this.#parts.marks.set(key.writer, mark);
  }

  undo(): void {
    this.#left = undefined;
    const mark = this.#appendedAt;
    if (this.#segment === undefined || mark === undefined) return;
    this.#mark = mark;
    try {
      this.#segment.cut(mark);
    } catch (error) {
      this.#failure = error;
    }
  }

  sync(): void {
    const key = this.#key;
    if (key === undefined || this.#segment === undefined) return;
    this.#segment.sync();
    const head = this.index.chains.head(key.writer);
    if (head !== undefined) this.#world.state.sawOwn(key.writer, head);
  }

  synced(writer: string, head: Head): void {
    try {
      this.#world.state.sawOwn(writer, head);
    } catch (error) {
      // What was written stands; but no more is written that this machine could not miss.
      this.#failure = error;
    }
  }

  close(): void {
    this.#segment?.close();
    this.#world.state.close();
    this.local.close();
  }

  #loadKey(): void {
    const { state } = this.#world;
    const writer = state.record()?.writer;
    if (writer !== undefined) this.#use(state.key(writer));
  }

  #use(key: KeyPair | undefined): void {
    this.#key = key;
    if (key === undefined) return;
    const { datum, disk } = this.#world;
    this.#segment = openSegmentWriter(join(datum, 'log'), key.writer, disk);
  }
}

const indexReplaced = (): FactError =>
  new FactError({
    code: 'fact/index-replaced',
    message: 'the index file .datum/local.sqlite was removed or replaced while the log was open',
    hint: 'open the home again; nothing is lost',
  });

const storeFailed = (cause: unknown): FactError =>
  new FactError({
    code: 'fact/store-failed',
    message: 'this log is closed for writing after a write that failed',
    hint: 'make room or mend the disk, then open the home again: nothing acknowledged is lost',
    cause,
  });
