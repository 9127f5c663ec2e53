/** Bounds of what the tools read, named in one place. */
export const programLimits = Object.freeze({
  /** A longer program is refused before it is decoded. */
  codeBytesMax: 1_048_576,
  /** Memory of either machine; data segments must end within it. */
  memoryBytes: 65_536,
  sourceCharsMax: 4_194_304,
  labelsMax: 65_536,
  /** The assembler stops collecting mistakes here. */
  problemsMax: 100,
});
