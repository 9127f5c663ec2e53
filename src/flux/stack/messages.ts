import { fluxLimits } from '../limits.ts';
import type { Value } from './value.ts';

/** The first-in, first-out channels 0 to 255 of a program. */
export class Messages {
  #queues = new Map<number, Value[]>();
  #count = 0;

  /** Appends a value; false when the program holds as many messages as it may. */
  put(channel: number, value: Value): boolean {
    if (this.#count >= fluxLimits.messagesMax) return false;
    const queue = this.#queues.get(channel);
    if (queue === undefined) this.#queues.set(channel, [value]);
    else queue.push(value);
    this.#count += 1;
    return true;
  }

  /** Takes the oldest value of a channel. */
  take(channel: number): Value | undefined {
    const value = this.#queues.get(channel)?.shift();
    if (value !== undefined) this.#count -= 1;
    return value;
  }

  /** What still waits, by channel in order of their numbers; empty channels are left out. */
  waiting(): readonly (readonly [channel: number, values: readonly Value[]])[] {
    return [...this.#queues]
      .filter(([, values]) => values.length > 0)
      .sort(([a], [b]) => a - b)
      .map(([channel, values]) => [channel, [...values]]);
  }
}
