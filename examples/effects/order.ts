/**
 * A program that dies in the middle and goes on where it stopped, paying once.
 *
 *     node order.ts <folder> [die]
 */
import { randomUUID } from 'node:crypto';
import {
  answer,
  clockNow,
  defineOperation,
  liveClock,
  liveHandler,
  openRecorder,
  perform,
  redactor,
  stepsOf,
  within,
} from '../../src/effect/index.ts';
import { systemClock } from '../../src/base/index.ts';
import { openLog } from '../../src/fact/index.ts';
import { z } from '../../src/spec/index.ts';

const [folder = '.', die] = process.argv.slice(2);

// What can be done to the world: names, kinds, and what goes in and out.
const lookUp = defineOperation({
  name: 'shop/look-up',
  kind: 'read',
  input: z.object({ item: z.string() }),
  output: z.object({ cents: z.int() }),
});
const pay = defineOperation({
  name: 'shop/pay',
  kind: 'external',
  input: z.object({ cents: z.int().min(1), card: z.string() }),
  output: z.object({ receipt: z.string() }),
});
const ship = defineOperation({
  name: 'shop/ship',
  kind: 'external',
  idempotent: true,
  input: z.object({ item: z.string(), receipt: z.string() }),
  output: z.null(),
});

// How it is done. Only these functions touch the world.
const shop = liveHandler('shop', [
  answer(lookUp, () => ({ cents: 1299 })),
  answer(pay, ({ cents }) => {
    console.log(`  paying ${cents} cents`);
    return { receipt: randomUUID() };
  }),
  answer(ship, ({ item }) => {
    if (die !== undefined) process.exit(9);
    console.log(`  shipping ${item}`);
    return null;
  }),
]);

// The program: plain code, and effects where it touches the world.
async function order(item: string): Promise<string> {
  const at = await perform(clockNow, {});
  const { cents } = await perform(lookUp, { item });
  const { receipt } = await perform(pay, { cents, card: '4111 1111 1111 1111' });
  await perform(ship, { item, receipt });
  return `${item} for ${cents} cents, receipt ${receipt.length} characters, ordered ${at > 0}`;
}

const log = await openLog({ home: folder });
const redact = redactor({ patterns: ['key', 'token', 'card'] });
const recorder = await openRecorder({ log, run: 'order-1', redact });
console.log(recorder.resumed ? 'resumed' : 'new run');
console.log(await within([...recorder.handlers, liveClock(systemClock), shop], () => order('book')));
await recorder.close();

for await (const { address, call, attempts } of stepsOf(await log.at(), 'order-1')) {
  console.log(`  step ${address} ${call?.operation} attempts ${attempts}`);
}
await log.close();
