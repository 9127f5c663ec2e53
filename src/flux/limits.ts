/** Every bound of the FLUX machines, named in one place; a run can ask for less, never for more. */
export const fluxLimits = Object.freeze({
  /** Longer programs are refused before anything reads them. */
  codeBytesMax: 1024 * 1024,
  memoryBytes: 65_536,
  /** Instructions a register program may execute when its caller names no limit. */
  registerStepsDefault: 10_000_000,
  /** PUSH and CALL of machine R share one stack of this many values. */
  registerStackDepthMax: 4096,
  /** Instructions a stack program may execute when its caller names no limit (FLUX §2.1). */
  stackStepsDefault: 100_000,
  /** Values on the operand stack of machine S. */
  stackDepthMax: 65_536,
  /** Return addresses on the call stack of machine S. */
  callDepthMax: 4096,
  /** Messages that wait in all channels of a stack program together. */
  messagesMax: 65_536,
  /** Contexts of a stack program that run or wait to be joined. */
  contextsMax: 256,
  /** Sandboxes a context can be inside of at once. */
  sandboxesMax: 256,
  /** Regions of memory a program can have persisted. */
  persistedMax: 256,
  /** Characters a program may print in one run. */
  outputCharactersMax: 1024 * 1024,
  sourceCharactersMax: 4 * 1024 * 1024,
  /** Labels and constants of one source text. */
  namesMax: 65_536,
  /** The assembler stops collecting mistakes here, the verifier findings. */
  problemsMax: 100,
  findingsMax: 1000,
});
