/** Every bound of the FLUX machines, named in one place; a run can ask for less, never for more. */
export const fluxLimits = Object.freeze({
  /** Longer programs are refused before anything reads them. */
  codeBytesMax: 1024 * 1024,
  memoryBytes: 65_536,
  /** Instructions a register program may execute when its caller names no limit. */
  registerStepsDefault: 10_000_000,
  /** PUSH and CALL of machine R share one stack of this many values. */
  registerStackDepthMax: 4096,
  /** Characters a program may print in one run. */
  outputCharactersMax: 1024 * 1024,
  sourceCharactersMax: 4 * 1024 * 1024,
  /** Labels and constants of one source text. */
  namesMax: 65_536,
  /** The assembler stops collecting mistakes here, the verifier findings. */
  problemsMax: 100,
  findingsMax: 1000,
});
