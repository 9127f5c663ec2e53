import { DatumError } from '../base/index.ts';

/**
 * Thrown by the FLUX room for what cannot be read, assembled, verified or run as asked: bad hex,
 * faulty source, refused bytecode, a limit. A trap of a running program is not an error but data.
 */
export class FluxError extends DatumError {}
