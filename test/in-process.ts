import { manualClock, seededRandom, systemDisk } from '../src/base/index.ts';
import { main } from '../src/cli/main.ts';
import type { World } from '../src/cli/world.ts';

export interface RanInProcess {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs one command line of datum in this process: nothing on standard input, a clock that stands. */
export async function datumInProcess(
  argv: readonly string[],
  change: Partial<World> = {},
): Promise<RanInProcess> {
  let out = '';
  let err = '';
  const sink = (write: (text: string) => void) => ({ write, isTerminal: false, columns: 80 });
  const world: World = {
    cwd: '/',
    env: {},
    stdin: async () => '',
    stdinIsTerminal: false,
    stdout: sink((text) => {
      out += text;
    }),
    stderr: sink((text) => {
      err += text;
    }),
    clock: manualClock(0),
    random: seededRandom('in process'),
    disk: systemDisk,
    signal: new AbortController().signal,
    ...change,
  };
  return { code: await main(argv, { world }), out, err };
}
