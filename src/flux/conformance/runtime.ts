import type { MachineName } from '../machine.ts';
import { runRegister } from '../register/run.ts';
import { runStack } from '../stack/run.ts';
import { type Observed, observeRegister, observeStack, vectorHost } from './observed.ts';
import type { Vector } from './vector.ts';

/** A machine under test: ours, or another implementation behind an adapter. */
export interface Runtime {
  readonly name: string;
  readonly machines: readonly MachineName[];
  readonly run: (vector: Vector) => Observed | Promise<Observed>;
}

/** Register files as lists, with `absent` for what a vector leaves out. */
function listed(registers: ReadonlyMap<number, number>, absent = 0): readonly number[] {
  const last = Math.max(-1, ...registers.keys());
  return Array.from({ length: last + 1 }, (_, index) => registers.get(index) ?? absent);
}

/** What a vector of machine S starts from. */
export function stackStart({ start }: Vector) {
  const asInput = ({ kind, value }: (typeof start.stack)[number]) =>
    kind === 'float' ? { float: value } : value;
  const channels = [...start.channels].map(([channel, values]) => [channel, values.map(asInput)]);
  return {
    limits: start.limits,
    host: vectorHost(start.host),
    stack: start.stack.map(asInput),
    memory: start.memory,
    channels: Object.fromEntries(channels),
    frames: start.frames,
  };
}

/** What a vector of machine R starts from. */
export function registerStart({ start }: Vector) {
  return {
    limits: start.limits,
    host: vectorHost(start.host),
    ints: listed(start.ints),
    floats: listed(start.floats),
    confidence: listed(start.confidences, 1),
    memory: start.memory,
  };
}

function builtin(name: string, path: 'interpreter' | 'compiled'): Runtime {
  const run = (vector: Vector): Observed =>
    vector.machine === 'stack'
      ? observeStack(runStack(vector.code, { ...stackStart(vector), path }))
      : observeRegister(runRegister(vector.code, { ...registerStart(vector), path }));
  return Object.freeze({ name, machines: ['stack', 'register'] as const, run });
}

/** Both reference machines. */
export const interpreterRuntime = builtin('interpreter', 'interpreter');

/** Both machines as they run compiled. */
export const compiledRuntime = builtin('compiled', 'compiled');
