const PROGRAMS_MAX = 256;

/** A run is looked up among the known programs when it has got this far. */
export const LOOKUP_STEPS = 2000;
/** So much of a program goes into its fingerprint. */
const FINGERPRINT_BYTES = 256;
/** Compiling takes about as long as interpreting so many instructions, plus so many for each byte. */
const COMPILE_STEPS = 40_000;
const COMPILE_STEPS_PER_BYTE = 100;
/** The first compilation of a process takes so many times longer: the compiler is not optimised yet. */
const COLD = 30;
/** After so many compilations half as many, after twice as many a third. */
const COLD_HALF = 4;
/**
 * A program is compiled when it has been interpreted for so many times as long as compiling takes. A
 * first run that ends just then has lost a thirtieth, none loses more.
 */
const TIMES_COMPILING = 30;

/** How often a process has compiled; the compiler gets faster by it. */
class CompilerWarmth {
  #compilations = 0;

  count(): void {
    this.#compilations += 1;
  }

  /** How much longer than once it is warm the next compilation takes. */
  get factor(): number {
    return 1 + COLD / (1 + this.#compilations / COLD_HALF);
  }
}

/** A program that was run: how long it was interpreted for, and its compiled form. */
export class CachedProgram<Compiled> {
  readonly #code: Uint8Array;
  readonly #start: string;
  readonly #warmth: CompilerWarmth;
  #interpreted = 0;
  /** Undefined until it is compiled, and for good when it cannot be. */
  #compiled: Compiled | undefined;
  #isRefused = false;

  constructor(code: Uint8Array, start: string, warmth: CompilerWarmth) {
    this.#code = code.slice();
    this.#start = start;
    this.#warmth = warmth;
  }

  is(code: Uint8Array, start: string): boolean {
    return start === this.#start && Buffer.compare(code, this.#code) === 0;
  }

  /** The compiled form, made once; undefined when there can be none. */
  compiled(compile: () => Compiled | undefined): Compiled | undefined {
    if (this.#compiled === undefined && !this.#isRefused) {
      this.#compiled = compile();
      this.#isRefused = this.#compiled === undefined;
      this.#warmth.count();
    }
    return this.#compiled;
  }

  /** How long it still is to be interpreted before it is compiled; undefined when it never is. */
  get stepsToHot(): number | undefined {
    if (this.#isRefused) return undefined;
    if (this.#compiled !== undefined) return 0;
    const compileSteps = COMPILE_STEPS + COMPILE_STEPS_PER_BYTE * this.#code.length;
    const wanted = Math.ceil(TIMES_COMPILING * compileSteps * this.#warmth.factor);
    return Math.max(0, wanted - this.#interpreted);
  }

  countInterpreted(steps: number): void {
    this.#interpreted += steps;
  }
}

/** FNV-1a of what a program starts with; programs it does not tell apart are compared. */
function fingerprint(code: Uint8Array, start: string): number {
  let hash = 0x811c9dc5 ^ code.length;
  const end = Math.min(code.length, FINGERPRINT_BYTES);
  for (let at = 0; at < end; at += 1) hash = Math.imul(hash ^ code[at]!, 0x01000193);
  for (let at = 0; at < start.length; at += 1) {
    hash = Math.imul(hash ^ start.charCodeAt(at), 0x01000193);
  }
  return hash;
}

/**
 * Programs by their bytes and by what they are compiled to start with, in the order of their last
 * use; those used longest ago are forgotten, and of two with one fingerprint the older one.
 */
export class ProgramCache<Compiled> {
  readonly #programs = new Map<number, CachedProgram<Compiled>>();
  readonly #warmth = new CompilerWarmth();

  entry(code: Uint8Array, start = ''): CachedProgram<Compiled> {
    const key = fingerprint(code, start);
    const known = this.#programs.get(key);
    const found = known?.is(code, start)
      ? known
      : new CachedProgram<Compiled>(code, start, this.#warmth);
    this.#programs.delete(key);
    this.#programs.set(key, found);
    if (this.#programs.size > PROGRAMS_MAX) this.#forgetOldest();
    return found;
  }

  #forgetOldest(): void {
    for (const key of this.#programs.keys()) {
      this.#programs.delete(key);
      return;
    }
  }
}
