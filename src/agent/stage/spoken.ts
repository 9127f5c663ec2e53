import type { Json } from '../../base/index.ts';

/** Signs that keys are made of; a text may be shown as far as a key cannot go on. */
const KEY_SIGNS = /[\w\-./+=:~]*$/;
/** No key is longer. */
const HELD_MAX = 512;

/**
 * What a model says, on its way to somebody who reads along: keys are taken out, though they arrive
 * in pieces, by holding a word back until it is whole.
 */
export class Spoken {
  #held = '';
  readonly #redact: ((value: Json) => Json) | undefined;

  /** Without `redact` there are no keys to take out, and nothing is held back. */
  constructor(redact: ((value: Json) => Json) | undefined) {
    this.#redact = redact;
  }

  /** The part of what has arrived that may be shown now. */
  next(piece: string): string {
    if (this.#redact === undefined) return piece;
    const text = this.#held + piece;
    const open = KEY_SIGNS.exec(text)?.[0] ?? '';
    const end = open.length > HELD_MAX ? text.length : text.length - open.length;
    this.#held = text.slice(end);
    return String(this.#redact(text.slice(0, end)));
  }

  /** What was held back; nothing more comes. */
  rest(): string {
    const text = this.#held;
    this.#held = '';
    return String(this.#redact?.(text) ?? text);
  }
}
