import type { Json } from '../../base/index.ts';
import type { Call, Handler, Next } from '../handler.ts';
import { OpenStep } from './open-step.ts';

/** Writes and syncs, just before each live attempt, that the effect is about to leave; reads do not. */
export const intentHandler: Handler = Object.freeze<Handler>({
  name: 'intent',
  place: 'intent',
  handle: (call, next) =>
    call.operation.kind === 'read' || !(call.step instanceof OpenStep)
      ? next(call)
      : announced(call.step, call, next),
});

async function announced(step: OpenStep, call: Call, next: Next): Promise<Json> {
  await step.announce();
  return next(call);
}
