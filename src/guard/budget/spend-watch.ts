import type { Json } from '../../base/index.ts';
import { GuardError } from '../error.ts';
import { type MicroUsd, usdOf } from './money.ts';

/** Watches what a call has cost so far, while its answer arrives. */
export interface SpendWatch {
  /** Aborts with `guard/out-of-money` when the caps cannot bear what arrived. */
  readonly signal: AbortSignal;
  readonly onProgress: (piece: Json) => void;
}

export interface SpendWatchOptions {
  /** What was reserved for the call. */
  readonly estimate: MicroUsd;
  /** What the call has cost with one more piece of its answer. */
  readonly meter: (piece: Json) => MicroUsd;
  /** What the caps leave for this call now. */
  readonly left: () => Promise<MicroUsd>;
}

/** The caps are looked at again each time this share of the estimate has been used up. */
const LOOK_SHARE = 0.25;

/**
 * Aborts a call whose money runs out while it is answered: because it costs more than its estimate,
 * or because others spent, or the cap was lowered, meanwhile. A live handler that is aborted answers
 * with what has arrived.
 */
export function spendWatch({ estimate, meter, left }: SpendWatchOptions): SpendWatch {
  const over = new AbortController();
  let lookAt = estimate * LOOK_SHARE;
  const look = async (spent: MicroUsd): Promise<void> => {
    // Without an answer there is no telling that it can be paid.
    const bears = await left().catch(() => 0);
    if (spent > bears) over.abort(outOfMoney(spent, bears));
  };
  return {
    signal: over.signal,
    onProgress: (piece) => {
      const spent = meter(piece);
      if (spent < lookAt || over.signal.aborted) return;
      lookAt = spent + estimate * LOOK_SHARE;
      void look(spent);
    },
  };
}

const outOfMoney = (spent: MicroUsd, bears: MicroUsd): GuardError =>
  new GuardError({
    code: 'guard/out-of-money',
    kind: 'refused',
    message: `the answer has cost about $${usdOf(spent)} so far, and the caps leave $${usdOf(Math.max(0, bears))} for it`,
    hint: 'what had arrived is kept; raise the cap in model.md, or wait for the next day or month',
    data: { spent: usdOf(spent), left: usdOf(Math.max(0, bears)) },
  });
