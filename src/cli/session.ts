import { type Home, locateHome, openHome } from '../home/index.ts';
import type { Invocation } from './command.ts';

/** Opens the home a command works on, gives it to `work`, and closes it whatever happens. */
export async function withHome<Result>(
  { global, world }: Invocation,
  work: (home: Home) => Promise<Result>,
): Promise<Result> {
  const root = locateHome({ disk: world.disk, cwd: world.cwd, home: global.home });
  const home = await openHome(root, { machine: world, readOnly: global.readOnly });
  try {
    return await work(home);
  } finally {
    await home.close();
  }
}
