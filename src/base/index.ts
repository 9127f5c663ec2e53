/** `base`: the encodings, ids and injected parts of the world that every other room stands on. */

export {
  type BytesTag,
  bytes,
  canonicalize,
  escapeTags,
  type InstantTag,
  type IntTag,
  instant,
  int,
  isEntity,
  type RefTag,
  ref,
  unescapeTags,
} from './canonical.ts';
export { type Clock, type ManualClock, manualClock, systemClock } from './clock.ts';
export { deepFreeze, isDeepFrozen } from './deep-frozen.ts';
export { deferred } from './deferred.ts';
export {
  type AtomicWrite,
  type Disk,
  syncFolder,
  systemDisk,
  writeFileAtomic,
  writeFilesAtomic,
} from './disk.ts';
export { BaseError, DatumError, type ErrorDetails, type ErrorKind } from './error.ts';
export { hashOf, isSha256, type Sha256, sha256 } from './hash.ts';
export { type IdSource, sortableId } from './id.ts';
export { formatInstant, type Micros, parseInstant, readInstant } from './instant.ts';
export type { Json, JsonArray, JsonObject } from './json.ts';
export { isJsonObject } from './json.ts';
export { limits } from './limits.ts';
export { oncePerMinute } from './once-per-minute.ts';
export { loadOptional, type OptionalPackage } from './optional-package.ts';
export { type Random, seededRandom, systemRandom, uniform } from './random.ts';
export { TextMemory } from './text-memory.ts';
