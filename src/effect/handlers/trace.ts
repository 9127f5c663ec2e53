import { type Clock, DatumError, type Micros } from '../../base/index.ts';
import type { Handler } from '../handler.ts';
import type { EffectKind } from '../operation.ts';

/** One performed effect as a tracer sees it; arguments and results are not part of it. */
export interface Span {
  readonly operation: string;
  readonly kind: EffectKind;
  /** The recorded step, when the effect is recorded further out. */
  readonly step?: string;
  readonly startedAt: Micros;
  readonly micros: number;
  /** `ok`, or the code of the error. */
  readonly outcome: string;
}

/** Tells `onEnd` about every effect when it ends, however it ends. */
export function trace(options: {
  readonly clock: Clock;
  readonly onEnd: (span: Span) => void;
}): Handler {
  const { clock, onEnd } = options;
  return {
    name: 'trace',
    place: 'trace',
    handle: async (call, next) => {
      const { name: operation, kind } = call.operation;
      const startedAt = clock.now();
      let outcome = 'ok';
      try {
        return await next(call);
      } catch (error) {
        outcome = error instanceof DatumError ? error.code : 'effect/failed';
        throw error;
      } finally {
        onEnd({ operation, kind, startedAt, micros: clock.now() - startedAt, outcome });
      }
    },
  };
}
