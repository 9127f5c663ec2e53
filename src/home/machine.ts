import type { Clock, Disk, Random } from '../base/index.ts';
import type { KeyKeeper } from '../model/index.ts';

/** The parts of the machine a home works with. */
export interface Machine {
  readonly clock: Clock;
  readonly random: Random;
  readonly disk: Disk;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Asked for keys between the environment and the key file; nobody is when absent. */
  readonly keeper?: KeyKeeper;
}
