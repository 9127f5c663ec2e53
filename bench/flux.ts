/**
 * Speed of the FLUX machines: instructions per second of the interpreters and of compiled code on
 * five loops, beside the same loops in C (gcc -O2) and Python in the same run; then machine S with
 * fuel, clock and a deadline in its loop, what compiling and starting cost, and what runs take that
 * are compiled on their way. Figures are medians of interleaved rounds with their spread; one that
 * is not as wanted has a minus, and then the exit code is 1.
 *
 *     node bench/flux.ts [--rounds 5] [--machine stack|register]
 */
import { parseArgs } from 'node:util';
import { benchCompile, benchInstances } from './flux/building.ts';
import { benchCompiledOnTheWay, benchShort } from './flux/first-runs.ts';
import { kernels } from './flux/kernels.ts';
import { benchKernel, benchSpecial, specials } from './flux/rates.ts';

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '5' }, machine: { type: 'string' } },
});
const rounds = Number(values.rounds);
for (const machine of ['stack', 'register'] as const) {
  if (values.machine !== undefined && values.machine !== machine) continue;
  for (const kernel of kernels) benchKernel(machine, kernel, rounds);
  if (machine === 'stack') for (const each of specials) benchSpecial(each, rounds);
  benchCompile(machine);
  benchInstances(machine, rounds);
  benchShort(machine);
  benchCompiledOnTheWay(machine);
}
