import { bytes, type Clock, type Random, sortableId, uniform } from '../../base/index.ts';
import { z } from '../../spec/index.ts';
import type { Handler } from '../handler.ts';
import { answer, liveHandler } from '../live-handler.ts';
import { defineOperation } from '../operation.ts';
import { bytesTag } from './content.ts';

/** Random bytes, as a bytes tag. */
export const randomBytes = defineOperation({
  name: 'random/bytes',
  kind: 'read',
  isInstant: true,
  input: z.object({ count: z.int().min(0).max(65_536) }),
  output: bytesTag,
});

/** A number in [0, 1). */
export const randomUniform = defineOperation({
  name: 'random/uniform',
  kind: 'read',
  isInstant: true,
  input: z.object({}),
  output: z.number().min(0).lt(1),
});

/** A sortable unique id. */
export const randomId = defineOperation({
  name: 'random/id',
  kind: 'read',
  isInstant: true,
  input: z.object({}),
  output: z.uuid(),
});

/** Performs the operations of chance; ids need the time as well. */
export const liveRandom = (source: { readonly random: Random; readonly clock: Clock }): Handler =>
  liveHandler('random', [
    answer(randomBytes, ({ count }) => bytes(source.random.bytes(count))),
    answer(randomUniform, () => uniform(source.random)),
    answer(randomId, () => sortableId(source)),
  ]);
