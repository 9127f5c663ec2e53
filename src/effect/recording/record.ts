import type { Json } from '../../base/index.ts';
import { EffectError } from '../error.ts';
import type { Call, Handler, Next } from '../handler.ts';
import { errorRecord, recordedError } from './failure-record.ts';
import { currentLane, inLane, type Lane, newLane, takeAddress } from './lane.ts';
import { OpenStep } from './open-step.ts';
import type { RunRecord } from './run-record.ts';
import { attributes, type RecordedStep, stepEntity } from './step-facts.ts';

/**
 * Serves what an earlier process recorded, step by step; performs and records the rest. A program
 * gets the recorded form of every result and error, so that it cannot tell one from the other.
 */
export class RecordHandler implements Handler {
  readonly name = 'record';
  readonly place = 'record';
  readonly #record: RunRecord;
  readonly #root: Lane;
  #stopped: EffectError | undefined;

  constructor(record: RunRecord) {
    this.#record = record;
    this.#root = newLane(record.run, '');
  }

  /** What made the record useless for going on; every later step fails with it too. */
  get stopped(): EffectError | undefined {
    return this.#stopped;
  }

  async handle(call: Call, next: Next): Promise<Json> {
    if (this.#stopped !== undefined) throw this.#stopped;
    try {
      return await this.#step(call, next);
    } catch (error) {
      if (this.#stops(error)) this.#stopped = error;
      throw error;
    }
  }

  async #step(call: Call, next: Next): Promise<Json> {
    const lane = currentLane(this.#record.run) ?? this.#root;
    const address = takeAddress(lane);
    const earlier = await this.#record.earlier(address);
    const step = new OpenStep(this.#record, call, {
      address,
      attempts: earlier?.attempts ?? 0,
      begun: earlier?.call !== undefined,
      outer: lane.outer,
    });
    if (earlier !== undefined) this.#checkSame(earlier, call, step);
    if (earlier?.outcome !== undefined && !(await this.#triesAgain(earlier, lane))) {
      return this.#serve(earlier.outcome);
    }
    if (
      step.attempts > 0 &&
      earlier?.outcome === undefined &&
      !call.operation.idempotent(call.args)
    ) {
      throw unknownOutcome(step, call);
    }
    return inLane(step.inside, () => this.#perform(step, call, next));
  }

  /** Opens `count` lanes side by side as one step, so that each task numbers its own steps. */
  async fork(count: number): Promise<readonly Lane[]> {
    const { run } = this.#record;
    const lane = currentLane(run) ?? this.#root;
    const address = takeAddress(lane);
    const earlier = await this.#record.earlier(address);
    if (earlier === undefined) {
      const fact = { e: stepEntity(run, address), a: attributes.lanes, v: count };
      await this.#record.hold(address, { facts: [fact], blobs: [] });
    } else if (earlier.lanes !== count) {
      const recorded = earlier.call?.operation ?? `${earlier.lanes ?? 0} tasks side by side`;
      throw diverged({ run, address, recorded, performed: `${count} tasks side by side` });
    }
    return Array.from({ length: count }, (_, index) =>
      newLane(run, `${address}.${index + 1}.`, lane.outer),
    );
  }

  async #perform(step: OpenStep, call: Call, next: Next): Promise<Json> {
    const { kind, isInstant } = call.operation;
    // A read may take long and has no intent that would hold what came back before it.
    if (kind === 'read' && !isInstant) await this.#record.writeResults();
    let result: Json;
    try {
      result = this.#record.redact(await next({ ...call, step }));
    } catch (error) {
      // Cut off by its caller, or by the log itself: how it ended is not known.
      if (call.signal?.aborted === true || this.#stops(error)) throw error;
      const value = this.#record.redact(errorRecord(error));
      await step.finish('error', value);
      throw recordedError(value, error);
    }
    await step.finish('ok', result);
    return result;
  }

  async #serve(outcome: NonNullable<RecordedStep['outcome']>): Promise<Json> {
    const value = await this.#record.unshelve(outcome.value);
    if (outcome.ok) return value;
    throw recordedError(value);
  }

  /** The last recorded step failed and the run is resumed to try it again. */
  async #triesAgain(earlier: RecordedStep, lane: Lane): Promise<boolean> {
    if (earlier.outcome?.ok !== false || this.#record.lastError === 'serve') return false;
    const following = `${lane.prefix}${Number(earlier.address.split('.').at(-1)) + 1}`;
    return (await this.#record.earlier(following)) === undefined;
  }

  /** True for the failures of this record itself, which no program may catch and pass over. */
  #stops(error: unknown): error is EffectError {
    return (
      error instanceof EffectError &&
      stopping.has(error.code) &&
      error.data['run'] === this.#record.run
    );
  }

  #checkSame(earlier: RecordedStep, call: Call, step: OpenStep): void {
    const { name } = call.operation;
    const { run, address } = step;
    if (earlier.call === undefined && earlier.lanes === undefined) return;
    const recorded = earlier.call?.operation ?? `${earlier.lanes} tasks side by side`;
    if (recorded !== name) throw diverged({ run, address, recorded, performed: name });
    const hash = earlier.call?.hash;
    if (hash !== step.argsHash && hash !== step.formerHash) {
      throw diverged({ run, address, recorded, performed: `${name} with other arguments` });
    }
  }
}

const stopping: ReadonlySet<string> = new Set([
  'effect/diverged',
  'effect/unknown-outcome',
  'effect/step-taken',
  'effect/not-recorded',
]);

interface Divergence {
  readonly run: string;
  readonly address: string;
  readonly recorded: string;
  readonly performed: string;
}

const diverged = ({ run, address, recorded, performed }: Divergence): EffectError =>
  new EffectError({
    code: 'effect/diverged',
    message: `step ${address} of run ${run} was ${recorded}, but the program now performs ${performed}`,
    hint: 'resume with the program and inputs that began the run, or start a new run',
    data: { run, step: address, recorded, performed },
  });

const unknownOutcome = (step: OpenStep, call: Call): EffectError =>
  new EffectError({
    code: 'effect/unknown-outcome',
    message: `step ${step.address} of run ${step.run} (${call.operation.name}) may have happened: it was begun and its result is not recorded`,
    hint: 'find out whether it happened, then settle the step with its result, its error, or to be repeated',
    data: { run: step.run, step: step.address, operation: call.operation.name },
  });
