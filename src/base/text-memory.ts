/** Remembers what was made of texts, up to so many characters of them; then it begins anew. */
export class TextMemory<Value> {
  readonly #lengthMax: number;
  readonly #values = new Map<string, Value>();
  #length = 0;

  constructor({ lengthMax }: { readonly lengthMax: number }) {
    this.#lengthMax = lengthMax;
  }

  get(text: string): Value | undefined {
    return this.#values.get(text);
  }

  set(text: string, value: Value): void {
    this.#length += text.length;
    if (this.#length > this.#lengthMax) {
      this.#values.clear();
      this.#length = text.length;
    }
    this.#values.set(text, value);
  }
}
