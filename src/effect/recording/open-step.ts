import { escapeTags, hashOf, type Json, type Sha256 } from '../../base/index.ts';
import type { Attribute, FactInput, TransactResult } from '../../fact/index.ts';
import { EffectError } from '../error.ts';
import type { Call, Step, StepEnding, StepOpening } from '../handler.ts';
import { type Lane, newLane, type OuterStep } from './lane.ts';
import type { RunRecord } from './run-record.ts';
import { attributes, encodeCall, encodeOutcome, stepEntity } from './step-facts.ts';
import type { Entry } from './unwritten.ts';
import { hashOfWritten, type WrittenWhole, write, writeArguments } from './written.ts';

/** What is known of a step before it is performed. */
export interface EarlierStep {
  readonly address: string;
  readonly attempts: number;
  /** True when an earlier process wrote that it was begun. */
  readonly begun: boolean;
  /** The step it is performed inside of. */
  readonly outer: OuterStep | undefined;
}

/** Each failed one means that somebody else's was written; so many in a row mean something else. */
const ANNOUNCEMENTS_MAX = 1000;

const NOTHING: Entry = { facts: [], blobs: [] };

/** A step that is being performed now: what is to be written of it, and what was. */
export class OpenStep implements Step, OuterStep {
  readonly run: string;
  readonly address: string;
  readonly entity: string;
  /** Over the redacted arguments: what a resumed program must perform again. */
  readonly argsHash: Sha256;
  /** Where the effects performed inside this step are numbered. */
  readonly inside: Lane;
  readonly #record: RunRecord;
  readonly #call: Call;
  readonly #written: WrittenWhole;
  readonly #outer: OuterStep | undefined;
  #attempts: number;
  #notes: FactInput[] = [];
  #callWritten: boolean;
  #ended = false;
  #opening: (() => Promise<StepOpening>) | undefined;
  /** Of an intent that could not be written. */
  #unwritten: Entry = NOTHING;

  constructor(record: RunRecord, call: Call, earlier: EarlierStep) {
    this.run = record.run;
    this.address = earlier.address;
    this.entity = stepEntity(record.run, earlier.address);
    this.#record = record;
    this.#call = call;
    this.inside = newLane(record.run, `${earlier.address}.`, this);
    this.#outer = earlier.outer;
    this.#written = writeArguments(record.redact(call.args));
    this.argsHash = hashOfWritten(this.#written);
    this.#attempts = earlier.attempts;
    this.#callWritten = earlier.begun;
  }

  /** As runs were recorded before long texts stood apart in the hash. */
  get formerHash(): Sha256 {
    return hashOf(escapeTags(this.#record.redact(this.#call.args)));
  }

  get attempts(): number {
    return this.#attempts;
  }

  note(attribute: Attribute, value: Json): void {
    this.#notes.push({ e: this.entity, a: attribute, v: value });
  }

  also(fact: FactInput): void {
    this.#notes.push(fact);
  }

  openWith(opening: (() => Promise<StepOpening>) | undefined): void {
    this.#opening = opening;
  }

  /** Writes that the effect is about to leave, and waits for the disk. */
  async announce(): Promise<void> {
    const pending = await this.#pending();
    let isWritten = false;
    try {
      for (let tries = 0; !isWritten && tries < ANNOUNCEMENTS_MAX; tries += 1) {
        isWritten = await this.#tryToAnnounce(pending);
      }
      if (!isWritten) throw this.#outrun();
    } finally {
      this.#unwritten = isWritten ? NOTHING : pending;
    }
  }

  /** False when what the intent should hold beside itself has to be asked for again. */
  async #tryToAnnounce({ facts, blobs }: Entry): Promise<boolean> {
    const { entity: e } = this;
    const a = attributes.intent;
    const before = this.#attempts;
    const opening = await this.#opening?.();
    const intent = { e, a, v: before + 1 };
    const condition = before === 0 ? { e, a, absent: true as const } : { e, a, is: before };
    const entry = { facts: [...facts, ...(opening?.facts ?? []), intent], blobs };
    let written: TransactResult | undefined;
    try {
      const conditions = [condition, ...(opening?.if ?? [])];
      written = await this.#record.announce(this.address, entry, conditions);
    } finally {
      opening?.done(written?.ok === true);
    }
    if (!written.ok && written.failed.e === e) throw this.#taken();
    if (!written.ok) return false;
    this.#attempts = before + 1;
    this.#opening = undefined;
    return true;
  }

  async endWith(
    result: Json,
    write: (ending: StepEnding) => Promise<TransactResult>,
  ): Promise<TransactResult> {
    const [notes, callWritten] = [this.#notes, this.#callWritten];
    const intent = this.#fact(attributes.intent, this.#attempts + 1);
    const { facts, blobs } = await this.#ending('ok', this.#record.redact(result));
    try {
      const done = await this.#record.writeWith({ facts: [intent, ...facts], blobs }, write);
      this.#ended = done.ok;
      if (done.ok) this.#attempts += 1;
      return done;
    } finally {
      if (!this.#ended) {
        this.#notes = [...notes, ...this.#notes];
        this.#callWritten = callWritten;
      }
    }
  }

  async writeEarlier(): Promise<void> {
    await this.#record.writeCounted();
  }

  /** Writes how the step ended, unless its own transaction said so. */
  async finish(as: 'ok' | 'error', value: Json): Promise<void> {
    if (this.#ended && as === 'ok') return;
    const isCounted = this.#notes.some(({ e }) => e !== this.entity);
    const entry = await this.#ending(as, value);
    if (as === 'error') await this.#record.append(this.address, entry);
    // A read that worked can be read again if this process dies.
    else if (this.#call.operation.kind === 'read') await this.#record.hold(this.address, entry);
    else this.#record.keepResult(entry, { isCounted });
  }

  async #ending(as: 'ok' | 'error', value: Json): Promise<Entry> {
    const { facts, blobs } = await this.#pending();
    const { stored, blobs: more } = await this.#record.shelve(write(value));
    const outcome = encodeOutcome({ ok: as === 'ok', value: stored, inside: this.inside.taken });
    return {
      facts: [...facts, this.#fact(attributes.outcome, outcome)],
      blobs: [...blobs, ...more],
    };
  }

  /** The call itself the first time; before it those of the steps it is inside of, also reads. */
  async opening(): Promise<Entry> {
    if (this.#callWritten) return NOTHING;
    this.#callWritten = true;
    const outer = (await this.#outer?.opening()) ?? NOTHING;
    const { stored: args, blobs } = await this.#record.shelve(this.#written);
    const { name: operation, kind } = this.#call.operation;
    const call = encodeCall({ operation, kind, hash: this.argsHash, args });
    return {
      facts: [...outer.facts, this.#fact(attributes.call, call)],
      blobs: [...outer.blobs, ...blobs],
    };
  }

  /** Notes, and the call itself the first time. */
  async #pending(): Promise<Entry> {
    const notes = this.#notes;
    this.#notes = [];
    const { facts, blobs } = await this.opening();
    const before = this.#unwritten;
    this.#unwritten = NOTHING;
    return { facts: [...before.facts, ...facts, ...notes], blobs: [...before.blobs, ...blobs] };
  }

  #fact(a: Attribute, v: Json): FactInput {
    return { e: this.entity, a, v };
  }

  #outrun(): EffectError {
    return new EffectError({
      code: 'effect/outrun',
      message: `step ${this.address} of run ${this.run} could not be begun in ${ANNOUNCEMENTS_MAX} attempts: what it depends on changed each time`,
      hint: 'let other work on this home end, then resume the run',
      kind: 'busy',
      data: { run: this.run, step: this.address },
    });
  }

  #taken(): EffectError {
    return new EffectError({
      code: 'effect/step-taken',
      message: `another process is performing step ${this.address} of run ${this.run}`,
      hint: 'wait until it ends, or stop it and resume the run',
      kind: 'busy',
      data: { run: this.run, step: this.address },
    });
  }
}
