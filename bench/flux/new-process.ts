/** `node new-process.ts <machine> <path>`: prints the seconds of a run that ends once compiled. */

import type { MachineName } from '../../src/flux/index.ts';
import { secondsFor, stepsJustCompiled } from './first-runs.ts';
import { coldLoop, type Path } from './machines.ts';

const [machine, path] = process.argv.slice(2) as [MachineName, Path];
const code = coldLoop(machine);
console.log(secondsFor(machine, code, stepsJustCompiled(machine, code), path));
