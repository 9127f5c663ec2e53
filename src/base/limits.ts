/** Every bound of the shared encodings, named in one place. Sizes in bytes, lengths in UTF-16 units. */
export const limits = Object.freeze({
  /** Nesting of arrays and objects; deeper values are refused, so a cycle is refused too. */
  jsonDepthMax: 200,
  entityLengthMax: 1024,
  attributeLengthMax: 256,
  /** Content above this size lives in the blob store instead of in a fact. */
  inlineValueBytesMax: 4096,
  factsPerTransactionMax: 100_000,
  transactionBytesMax: 64 * 1024 * 1024,
  segmentBytesMax: 256 * 1024,
  /** A foreign clock further ahead than this is taken in and reported. */
  clockSkewMicrosMax: 600_000_000,
});
