const PROGRAMS_MAX = 256;
/** Compiling takes about as long as interpreting so many instructions, plus so many for each byte. */
const HOT_STEPS = 20_000;
const HOT_STEPS_PER_BYTE = 100;

/** A program that was run: how long it was interpreted for, and its compiled form. */
export class CachedProgram<Compiled> {
  readonly #codeBytes: number;
  #interpreted = 0;
  /** Undefined until it is compiled, and for good when it cannot be. */
  #compiled: Compiled | undefined;
  #isRefused = false;

  constructor(codeBytes: number) {
    this.#codeBytes = codeBytes;
  }

  /** The compiled form, made once; undefined when there can be none. */
  compiled(compile: () => Compiled | undefined): Compiled | undefined {
    if (this.#compiled === undefined && !this.#isRefused) {
      this.#compiled = compile();
      this.#isRefused = this.#compiled === undefined;
    }
    return this.#compiled;
  }

  /** How long it still is to be interpreted before compiling is worth it; undefined when it never is. */
  get stepsToHot(): number | undefined {
    if (this.#isRefused) return undefined;
    if (this.#compiled !== undefined) return 0;
    return Math.max(0, HOT_STEPS + HOT_STEPS_PER_BYTE * this.#codeBytes - this.#interpreted);
  }

  countInterpreted(steps: number): void {
    this.#interpreted += steps;
  }
}

/** Programs by key, in the order of their last use; those used longest ago are forgotten. */
export class ProgramCache<Key extends string, Compiled> {
  readonly #programs = new Map<Key, CachedProgram<Compiled>>();

  entry(key: Key, codeBytes: number): CachedProgram<Compiled> {
    const found = this.#programs.get(key) ?? new CachedProgram<Compiled>(codeBytes);
    this.#programs.delete(key);
    this.#programs.set(key, found);
    const [oldest] = this.#programs.keys();
    if (this.#programs.size > PROGRAMS_MAX && oldest !== undefined) this.#programs.delete(oldest);
    return found;
  }
}
