import type { OpenCharge } from './standing.ts';

/**
 * Reservations of this process that were decided and are being written. Each is made knowing those
 * before it, as if they stood already; when one is not written after all, those behind it find that
 * their turn has not come and are decided again.
 */
export class UnderWay {
  readonly #charges = new Map<string, OpenCharge>();
  #changes = 0;

  /** Grows whenever one begins or ends. */
  get changes(): number {
    return this.#changes;
  }

  /** The newest; `undefined` when all that were decided are written. */
  get last(): string | undefined {
    return [...this.#charges.keys()].at(-1);
  }

  begin(charge: OpenCharge): void {
    this.#charges.set(charge.id, charge);
    this.#changes += 1;
  }

  end(id: string): void {
    this.#charges.delete(id);
    this.#changes += 1;
  }

  /** What is open with what soon will be. */
  with(open: readonly OpenCharge[]): readonly OpenCharge[] {
    if (this.#charges.size === 0) return open;
    const known = new Set(open.map(({ id }) => id));
    return [...open, ...[...this.#charges.values()].filter(({ id }) => !known.has(id))];
  }
}
