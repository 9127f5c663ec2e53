import { localTime } from '../../../agent/index.ts';
import type { Home } from '../../../home/index.ts';
import { FileGoal, STANDING } from '../../../work/index.ts';
import type { Invocation } from '../../command.ts';
import { givenText } from '../../given.ts';

export const goalOption = {
  flags: '--goal <id>',
  about: 'a goal of goals/<id>/ instead of the goal.md of the agent',
} as const;

/** The goal a command is about: the agent's own, or one of its `goals/`. */
export async function goalOf(home: Home, { args, options }: Invocation): Promise<FileGoal> {
  const { goal: id } = options;
  const door = home.agent(args[0] ?? '');
  const agent = await door.called();
  const [{ path }, { zone, clock }] = [await door.snapshot(), await door.world()];
  const world = {
    log: home.log,
    folder: home.folder,
    by: home.by,
    now: () => localTime(clock.now(), zone),
  };
  return new FileGoal(world, { agent, folder: path, id: givenText(id) ?? STANDING });
}
