/**
 * What an effect costs: performing it through 13 handlers beside calling the function, the real
 * general handlers, and recorded steps at the beginning of a run and after 10,000 of them, live and
 * served. Figures are medians of interleaved rounds with their spread.
 *
 *     node bench/effect.ts [--rounds 9] [--steps 10000]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { systemClock, systemRandom } from '../src/base/index.ts';
import {
  answer,
  cache,
  defineOperation,
  type Handler,
  limit,
  liveHandler,
  openRecorder,
  perform,
  places,
  redact,
  redactor,
  retry,
  trace,
  within,
} from '../src/effect/index.ts';
import { type Log, memoryLog, openLog } from '../src/fact/index.ts';
import { z } from '../src/spec/index.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '9' },
    steps: { type: 'string', default: '10000' },
  },
});
const rounds = Number(values.rounds);
const steps = Number(values.steps);

const add = defineOperation({
  name: 'bench/add',
  kind: 'external',
  idempotent: true,
  input: z.object({ a: z.number(), b: z.number() }),
  output: z.number(),
});
const plainAdd = async ({ a, b }: { readonly a: number; readonly b: number }) => a + b;
const live = liveHandler('live', [answer(add, plainAdd)]);

const passing: readonly Handler[] = places
  .filter((place) => place !== 'live')
  .map((place) => ({ name: place, place, handle: (call, next) => next(call) }));

const general: readonly Handler[] = [
  trace({ clock: systemClock, onEnd: () => undefined }),
  cache({ clock: systemClock, ttlMillis: 1000 }),
  retry({ clock: systemClock, random: systemRandom }),
  limit({ clock: systemClock, capacity: 1e9, perSecond: 1e9 }),
  redact({ redactor: redactor() }),
];

const median = (list: readonly number[]): number =>
  list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)] ?? Number.NaN;

const shown = (list: readonly number[], unit: string): string => {
  const [middle, low, high] = [median(list), Math.min(...list), Math.max(...list)];
  return `${middle.toFixed(2)} ${unit} (${low.toFixed(2)} to ${high.toFixed(2)})`;
};

async function microsOf(count: number, call: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  for (let index = 0; index < count; index += 1) await call();
  return ((performance.now() - start) * 1000) / count;
}

async function benchPerform(): Promise<void> {
  const calls = 50_000;
  const cases: Record<string, () => Promise<number>> = {
    'bare call': () => microsOf(calls, () => plainAdd({ a: 1, b: 2 })),
    'live handler alone': () =>
      within([live], () => microsOf(calls, () => perform(add, { a: 1, b: 2 }))),
    '13 handlers and live': () =>
      within([...passing, live], () => microsOf(calls, () => perform(add, { a: 1, b: 2 }))),
    'trace, cache, retry, limit, redact and live': () =>
      within([...general, live], () => microsOf(calls, () => perform(add, { a: 1, b: 2 }))),
  };
  const samples = new Map(Object.keys(cases).map((name) => [name, [] as number[]]));
  for (let round = 0; round <= rounds; round += 1) {
    for (const [name, run] of Object.entries(cases)) {
      const micros = await run();
      // The first round warms the code up.
      if (round > 0) samples.get(name)?.push(micros);
    }
  }
  console.log('perform, microseconds a call');
  for (const [name, list] of samples) console.log(`  ${name.padEnd(45)}${shown(list, 'µs')}`);
}

/** Performs steps of a run until it has `until`, telling the time of each of the last `timed`. */
async function record(log: Log, run: string, until: number, timed: number): Promise<number[]> {
  const recorder = await openRecorder({ log, run });
  const times: number[] = [];
  await within([...recorder.handlers, live], async () => {
    for (let step = 1; step <= until; step += 1) {
      const start = performance.now();
      await perform(add, { a: step, b: 2 });
      if (step > until - timed) times.push((performance.now() - start) * 1000);
    }
  });
  await recorder.close();
  return times;
}

/** Serves a recorded run from its beginning, telling the time of steps 10 to 109 and of the last 100. */
async function serve(log: Log, run: string): Promise<readonly [number, number]> {
  const recorder = await openRecorder({ log, run });
  const times: number[] = [];
  await within([...recorder.handlers, live], async () => {
    for (let step = 1; step <= steps; step += 1) {
      const start = performance.now();
      await perform(add, { a: step, b: 2 });
      times.push((performance.now() - start) * 1000);
    }
  });
  return [median(times.slice(9, 109)), median(times.slice(-100))];
}

/** Alternates between a new run at its 10th step and the long run at its last one. */
async function benchLive(log: Log): Promise<readonly [readonly number[], readonly number[]]> {
  const early: number[] = [];
  const late: number[] = [];
  const recorder = await openRecorder({ log, run: 'long' });
  await within([...recorder.handlers, live], async () => {
    for (let step = 1; step <= steps; step += 1) await perform(add, { a: step, b: 2 });
    for (let round = 0; round < rounds * 20; round += 1) {
      early.push(...(await record(log, `short-${round}`, 10, 1)));
      const start = performance.now();
      await perform(add, { a: round, b: 3 });
      late.push((performance.now() - start) * 1000);
    }
  });
  await recorder.close();
  return [early, late];
}

async function benchServed(log: Log): Promise<readonly [readonly number[], readonly number[]]> {
  const early: number[] = [];
  const late: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const [first, last] = await serve(log, 'long');
    early.push(first);
    late.push(last);
  }
  return [early, late];
}

function compare(
  name: string,
  [early, late]: readonly [readonly number[], readonly number[]],
): void {
  console.log(`  ${`${name}, step 10`.padEnd(45)}${shown(early, 'µs')}`);
  console.log(`  ${`${name}, step ${steps}`.padEnd(45)}${shown(late, 'µs')}`);
  console.log(`  ${'ratio'.padEnd(45)}${(median(late) / median(early)).toFixed(2)}`);
}

async function benchRecorded(name: string, log: Log): Promise<void> {
  const started = performance.now();
  await record(log, 'long', steps, 0);
  const seconds = (performance.now() - started) / 1000;
  console.log(`recorded steps in ${name}: ${steps} in ${seconds.toFixed(1)} s`);
  compare('live', await benchLive(log));
  compare('served', await benchServed(log));
  await log.close();
}

await benchPerform();
await benchRecorded('memory', await memoryLog());
const home = mkdtempSync(join(tmpdir(), 'bench-effect-'));
try {
  const env = { DATUM_STATE: join(home, 'state') };
  await benchRecorded('a home, each intent synced', await openLog({ home, env }));
} finally {
  rmSync(home, { recursive: true });
}
