import type { Json } from '../../base/index.ts';
import type { Call, Handler, Next } from '../handler.ts';
import { OpenStep } from './open-step.ts';

/**
 * Writes and syncs, just before each live attempt, that the effect is about to leave. A read needs no
 * intent, and what is one transaction of the log is there or is not.
 */
export const intentHandler: Handler = Object.freeze<Handler>({
  name: 'intent',
  place: 'intent',
  handle: (call, next) =>
    call.operation.kind === 'read' || call.operation.inLog || !(call.step instanceof OpenStep)
      ? next(call)
      : announced(call.step, call, next),
});

async function announced(step: OpenStep, call: Call, next: Next): Promise<Json> {
  await step.announce();
  return next(call);
}
