import type { Clock, Json, JsonObject, Random } from '../../base/index.ts';
import { sortableId } from '../../base/index.ts';
import type { Step, StepOpening } from '../../effect/index.ts';
import type { Database, FactInput, Log, Precondition } from '../../fact/index.ts';
import { GuardError } from '../error.ts';
import { dayIn } from './calendar.ts';
import type { BudgetSettings, Cap } from './caps.ts';
import { capHolders, claimCaps } from './caps-owner.ts';
import {
  type Answer,
  type CapStanding,
  decide,
  heldBy,
  isHard,
  isRefusal,
  type Worst,
} from './decide.ts';
import { type Decision, encodeDecision, warningText } from './decision.ts';
import { chargeEntity, LEDGER, type SettledAs } from './ledger.ts';
import { type MicroUsd, microUsd, usdOf } from './money.ts';
import { type PricedOperation, pricedEmbed, pricedGenerate } from './priced-operation.ts';
import { type Found, findOut } from './review.ts';
import type { Booking, Spender } from './spender.ts';
import {
  type OpenCharge,
  openCharges,
  standingsOf,
  type Warning,
  warningsDue,
} from './standing.ts';
import { UnderWay } from './under-way.ts';

export interface BudgetOptions {
  readonly log: Log;
  readonly clock: Clock;
  readonly random: Random;
  /** IANA name of the time zone whose days and months the caps go by. */
  readonly zone: string;
  /** How long a reservation is left to its process; 10 minutes when absent. */
  readonly holdMillis?: number;
  /** Caps of all agents together, beside those of each. */
  readonly fleetCaps?: readonly Cap[];
  /** What can be paid for; `model/generate` and `model/embed` when absent. */
  readonly priced?: readonly PricedOperation[];
}

/** A call that wants to be paid for. */
export interface Request {
  readonly spender: Spender;
  readonly settings: BudgetSettings;
  readonly operation: string;
  readonly model: string;
  readonly worst: Worst;
  /** The worst case on the fallback model, when there is one. */
  readonly fallback?: Worst;
  readonly critical?: boolean;
  readonly finishing?: boolean;
  /** `actor`, `judge` or `audit`, as run records have it; all count towards the caps. */
  readonly source?: string;
  readonly step?: Step;
  /** The batch whose reservation this call draws from. */
  readonly batch?: string;
  /** True for the reservation of a batch itself: never left by its own, so never possibly spent. */
  readonly isBatch?: boolean;
  /** Told of the decision once it is written, a refusal included. */
  readonly onDecision?: (decision: Decision) => void;
}

/** A call that may be paid for. */
export interface Admission {
  /** Names the charge, for `settle`. */
  readonly id: string;
  readonly decision: Decision;
}

/** What a decision is made from. */
interface Seen {
  /** Reservations of others, the batch without this call's part. */
  readonly others: readonly OpenCharge[];
  readonly booking: Booking;
  readonly database: Database;
}

/** A reservation that is written with the intent of its call. */
export interface Riding extends Admission {
  /** True once it is written. */
  readonly isWritten: () => boolean;
}

/** A decision as it would be written, and what must hold for it. */
interface Draft extends Admission {
  readonly facts: readonly FactInput[];
  readonly if: readonly Precondition[];
  /** The newest reservation it knows of. */
  readonly turn: Json | undefined;
  /** How many of this process had begun or ended by then. */
  readonly changes: number;
  readonly charge: OpenCharge;
}

/** Thrown into the handlers of a call whose decision has become another before it could leave. */
export class DecidedAnew extends Error {}

/** How often a reservation is tried that others keep overtaking. */
const attemptsMax = 1000;

/**
 * The money of a home. Every reservation is one transaction that holds only if no other was made
 * since its numbers were read, so runs, helpers, delegates and processes of one store never spend
 * the same dollar twice (atomic-runtime §7, defect D10).
 */
export class Budget {
  readonly priced: readonly PricedOperation[];
  readonly #options: BudgetOptions;
  readonly #underWay = new UnderWay();
  /** Reservations of this process go one after another, so that they do not overtake each other. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: BudgetOptions) {
    this.#options = options;
    this.priced = options.priced ?? [pricedGenerate, pricedEmbed];
  }

  /** Prices as they hold now. */
  prices(): Promise<Database> {
    return this.#options.log.at();
  }

  /** What stands on the account of each cap. */
  async standing(spender: Spender, settings: BudgetSettings): Promise<readonly CapStanding[]> {
    const { log } = this.#options;
    const database = await log.at();
    const open = await openCharges(log, database);
    const all = this.#withFleet(settings);
    return standingsOf({ log, database, open }, all, this.#booking(spender));
  }

  /** True when a call under these settings has a cap to pass. */
  isCapped(settings: BudgetSettings): boolean {
    return this.#withFleet(settings).caps.length > 0;
  }

  #withFleet(settings: BudgetSettings): BudgetSettings {
    const { fleetCaps = [] } = this.#options;
    return fleetCaps.length === 0
      ? settings
      : { ...settings, caps: [...settings.caps, ...fleetCaps] };
  }

  /** What the caps would say to a call that costs nothing yet: the gate before a run does anything. */
  async check(question: Pick<Request, 'spender' | 'settings' | 'critical'>): Promise<Answer> {
    const nothing = { estimate: 0, bound: 0 };
    const standings = await this.standing(question.spender, question.settings);
    return decide({ ...question, standings, worst: nothing, fallback: nothing });
  }

  /** Dollars left under the tightest cap: what a delegate may be given. Absent: no cap. */
  async headroom(spender: Spender, settings: BudgetSettings): Promise<number | undefined> {
    const standings = await this.standing(spender, settings);
    if (standings.length === 0) return undefined;
    const left = standings.map(({ usd, spent, open }) => microUsd(usd) - spent - heldBy(open));
    return usdOf(Math.max(0, Math.min(...left)));
  }

  /** What the caps that refuse leave for an admitted call, in micro-dollars. */
  async leftFor(id: string, { spender, settings: own }: Request): Promise<MicroUsd> {
    const { log } = this.#options;
    const settings = this.#withFleet(own);
    const database = await log.at();
    const open = (await openCharges(log, database)).filter((charge) => charge.id !== id);
    const standings = await standingsOf({ log, database, open }, settings, this.#booking(spender));
    const hard = standings.filter(isHard);
    return Math.min(...hard.map(({ usd, spent, open }) => microUsd(usd) - spent - heldBy(open)));
  }

  /** Reserves the worst case of a call. Throws `guard/over-budget`, after writing the decision. */
  async reserve(request: Request): Promise<Admission> {
    const asked = { ...request, settings: this.#withFleet(request.settings) };
    const { id, decision } = await this.#inTurn(() => this.#reserve(asked));
    if (isRefusal(decision.verdict)) throw overBudget(decision);
    return { id, decision };
  }

  /**
   * Reserves the worst case of a call in the transaction of its intent, so that reservations of many
   * runs share its lock and sync. Where the answer has become another by then the intent is not
   * written and {@link DecidedAnew} is thrown. A refusal is written here, as `reserve` does.
   */
  async reserveWith(step: Step, request: Request): Promise<Riding> {
    const asked = { ...request, step, settings: this.#withFleet(request.settings) };
    if (asked.settings.caps.length > 0) await this.review();
    const first = await this.#draft(asked, this.#newId());
    if (isRefusal(first.decision.verdict) || asked.batch !== undefined) {
      return { ...(await this.reserve(request)), isWritten: () => true };
    }
    let isWritten = false;
    let isAsked = false;
    step.openWith(() =>
      this.#inTurn(async () => {
        const draft = isAsked ? undefined : first;
        isAsked = true;
        return this.#opening(asked, {
          first,
          draft,
          onWritten: () => {
            isWritten = true;
          },
        });
      }),
    );
    return { id: first.id, decision: first.decision, isWritten: () => isWritten };
  }

  /** Replaces the reservation with what the call cost, in micro-dollars. */
  async settle(id: string, usd: number, as: SettledAs): Promise<void> {
    await this.#options.log.transact([this.settlement(id, usd, as)], { durability: 'later' });
  }

  /** What `settle` writes, for a caller that writes it with the result. */
  settlement(id: string, usd: number, as: SettledAs): FactInput {
    return { e: chargeEntity(id), a: LEDGER.settled, v: { usd: usdOf(usd), as } };
  }

  /**
   * Settles reservations that their process left behind: those that expired, or all of a run that
   * is known to be dead. Released when the record shows that the call never left, settled at its
   * cost when its result is recorded, else counted in full as possibly spent.
   */
  async review(of: { readonly run?: string } = {}): Promise<readonly Found[]> {
    const { log, clock } = this.#options;
    const left = (await openCharges(log, await log.at())).filter(({ booking, until, state }) =>
      of.run === undefined ? state === 'held' && until <= clock.now() : booking.run === of.run,
    );
    const found: Found[] = [];
    for (const charge of left) {
      const each = await findOut(charge, { log, priced: this.priced });
      if (charge.state === 'unknown' && each.as === 'unknown') continue;
      await this.settle(charge.id, each.usd, each.as);
      found.push(each);
    }
    return found;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => undefined);
    return done;
  }

  async #reserve(request: Request): Promise<Admission> {
    if (request.settings.caps.length > 0) await this.review();
    for (let attempt = 1; attempt <= attemptsMax; attempt += 1) {
      const draft = await this.#draft(request, this.#newId());
      if (await this.#write(request, draft)) return draft;
    }
    throw overtaken();
  }

  /** Writes a decision by itself; false when another reservation came first. */
  async #write(request: Request, { facts, if: conditions, decision }: Draft): Promise<boolean> {
    const { spender, step } = request;
    const written = await this.#options.log.transact(facts, {
      if: conditions,
      // What follows in a recorded run is synced before the call leaves, and this with it.
      durability: step === undefined ? 'now' : 'later',
      why: { run: spender.run, ...(step === undefined ? {} : { step: step.address }) },
    });
    if (written.ok) request.onDecision?.(decision);
    return written.ok;
  }

  /** What an intent holds of its reservation: as it was decided first, or as it is now. */
  async #opening(
    request: Request,
    {
      first,
      draft: given,
      onWritten,
    }: {
      readonly first: Draft;
      /** The first, until it was found not to stand. */
      readonly draft: Draft | undefined;
      readonly onWritten: () => void;
    },
  ): Promise<StepOpening> {
    const isNow = given !== undefined && (await this.#stands(given));
    const draft = isNow ? given : await this.#draft(request, first.id);
    const { decision } = draft;
    const isOther =
      decision.verdict !== first.decision.verdict || decision.model !== first.decision.model;
    if (isOther) throw new DecidedAnew('the money of this call was decided anew');
    this.#underWay.begin(draft.charge);
    return {
      facts: draft.facts,
      if: draft.if,
      done: (written) => {
        this.#underWay.end(draft.id);
        if (!written) return;
        onWritten();
        request.onDecision?.(decision);
      },
    };
  }

  #newId(): string {
    const { clock, random } = this.#options;
    return sortableId({ clock, random });
  }

  /** The newest reservation: whatever comes after it makes a condition on it fail. */
  async #turn(database: Database): Promise<Json | undefined> {
    return this.#underWay.last ?? (await database.get('budget:home', LEDGER.turn));
  }

  /** Whether nobody reserved since; unknown of other processes, whose turn the condition finds. */
  async #stands({ if: conditions, turn, changes }: Draft): Promise<boolean> {
    if (conditions.length === 0 || changes === this.#underWay.changes) return true;
    return (await this.#turn(await this.#options.log.at())) === turn;
  }

  async #draft(request: Request, id: string): Promise<Draft> {
    for (let attempt = 1; attempt <= attemptsMax; attempt += 1) {
      const { changes } = this.#underWay;
      const draft = await this.#draftOnce(request, id);
      // Otherwise a reservation was written while the accounts were read, and stands in them twice.
      if (changes === this.#underWay.changes) return { ...draft, changes };
    }
    throw overtaken();
  }

  async #draftOnce(request: Request, id: string): Promise<Omit<Draft, 'changes'>> {
    const { log } = this.#options;
    const { settings, spender, step } = request;
    const booking = this.#booking(spender);
    const isCapped = settings.caps.length > 0;
    const database = await log.at();
    // Read before the accounts: whatever comes after it makes the condition fail.
    const turn = isCapped ? await this.#turn(database) : undefined;
    const open = isCapped ? this.#underWay.with(await openCharges(log, database)) : [];
    const batch = open.find((charge) => charge.id === request.batch);
    const others = batch === undefined ? open : drawn(open, batch, request.worst);
    const decision = await this.#decide(request, { others, booking, database });
    const pays = isCapped && request.critical !== true && request.worst.bound > 0;
    const holders = pays ? capHolders(spender.agent, settings) : [];
    const claim = await claimCaps(log, holders, database);
    const e = chargeEntity(id);
    const refused = isRefusal(decision.verdict);
    const facts: readonly FactInput[] = [
      { e, a: LEDGER.decision, v: encodeDecision(decision) },
      ...decision.warnings.flatMap((warning) => warned(warning, spender)),
      ...(refused ? [] : [{ e, a: LEDGER.reserved, v: this.#reservation(request, decision) }]),
      ...(refused || batch === undefined ? [] : [this.#smaller(batch, decision.worst)]),
      ...(isCapped ? [{ e: 'budget:home', a: LEDGER.turn, v: id }] : []),
      ...(refused ? [] : claim.facts),
      ...(step !== undefined && decision.verdict === 'fallback'
        ? [{ e: step.entity, a: 'budget/fallback', v: decision.model }]
        : []),
    ];
    const conditions = isCapped ? [turnIs(turn), ...(refused ? [] : claim.conditions)] : [];
    const { isBatch = false } = request;
    const charge = { id, booking, ...decision.worst, until: this.#holdEnd(), isBatch };
    return { id, decision, facts, if: conditions, turn, charge: { ...charge, state: 'held' } };
  }

  async #decide(request: Request, seen: Seen): Promise<Decision> {
    const { settings, spender, operation } = request;
    const { others, booking, database } = seen;
    const at = { log: this.#options.log, database, open: others };
    const standings = await standingsOf(at, settings, booking);
    const answer = decide({ ...request, standings });
    const isPast = answer.verdict === 'alert' || answer.verdict === 'critical';
    const thresholds = [...new Set([...settings.warningThresholds, ...(isPast ? [1] : [])])];
    const warnings = await warningsDue(standings, thresholds, database);
    const decided = { ...answer, spender, operation, caps: standings, warnings };
    const { fallback = request.worst } = request;
    const { fallbackModel = request.model } = settings;
    return answer.verdict === 'fallback'
      ? { ...decided, model: fallbackModel, worst: fallback }
      : { ...decided, model: request.model, worst: request.worst };
  }

  #reservation(request: Request, decision: Decision): JsonObject {
    const { source = 'actor', step, spender, isBatch = false } = request;
    return {
      ...this.#booking(spender),
      model: decision.model,
      operation: decision.operation,
      source,
      estimate: usdOf(decision.worst.estimate),
      bound: usdOf(decision.worst.bound),
      until: this.#holdEnd(),
      ...(isBatch ? { batch: true } : {}),
      ...(step === undefined ? {} : { step: step.address, attempt: step.attempts + 1 }),
    };
  }

  /** A batch without the part a call has drawn, held on as long as its calls begin. */
  #smaller({ id, booking, bound }: OpenCharge, part: Worst): FactInput {
    const left = usdOf(rest(bound, part));
    const v = { ...booking, estimate: left, bound: left, until: this.#holdEnd(), batch: true };
    return { e: chargeEntity(id), a: LEDGER.reserved, v };
  }

  #holdEnd(): number {
    const { clock, holdMillis = 600_000 } = this.#options;
    return clock.now() + holdMillis * 1000;
  }

  #booking({ agent, run, tree = run, coordinator }: Spender): Booking {
    const { clock, zone } = this.#options;
    const above = coordinator === undefined ? {} : { coordinator };
    return { agent, run, tree, ...above, day: dayIn(clock.now(), zone) };
  }
}

/** Opens the money of a home; one for all its runs in this process. */
export const openBudget = (options: BudgetOptions): Budget => new Budget(options);

function warned(warning: Warning, { agent, run }: Spender): readonly FactInput[] {
  const { account, threshold, spent, capUsd: cap } = warning;
  const e = `budget:${account}`;
  const v = { text: warningText(warning), agent, run, threshold, spent: usdOf(spent), cap };
  return [
    { e, a: LEDGER.warned, v: threshold },
    { e, a: LEDGER.alert, v },
  ];
}

const turnIs = (turn: Json | undefined): Precondition => {
  const of = { e: 'budget:home', a: LEDGER.turn };
  return turn === undefined ? { ...of, absent: true } : { ...of, is: turn };
};

/** What is left of a batch after a call drew its part. */
const rest = (batch: MicroUsd, part: Worst): MicroUsd => Math.max(0, batch - part.bound);

const drawn = (
  open: readonly OpenCharge[],
  batch: OpenCharge,
  part: Worst,
): readonly OpenCharge[] => {
  const left = rest(batch.bound, part);
  return open.map((charge) =>
    charge === batch ? { ...charge, estimate: left, bound: left } : charge,
  );
};

const overBudget = (decision: Decision): GuardError =>
  refusedBy(decision, encodeDecision(decision));

/** What a gate throws whose answer is a refusal: `guard/over-budget`. */
export const refusedBy = ({ verdict, reason }: Answer, data: JsonObject = {}): GuardError =>
  new GuardError({
    code: 'guard/over-budget',
    message: reason,
    hint: 'raise the cap in model.md, wait for the next day or month, or run it as critical',
    kind: 'refused',
    data: { verdict, ...data },
  });

const overtaken = (): GuardError =>
  new GuardError({
    code: 'guard/busy',
    message: 'other runs reserved money faster than this one could',
    hint: 'try again',
    kind: 'busy',
  });
