import { localTime } from '../../../agent/index.ts';
import type { Home } from '../../../home/index.ts';
import { FileGoal, type Goal, STANDING } from '../../../work/index.ts';
import type { OptionValue } from '../../command.ts';
import { usageError } from '../../error.ts';

export const goalOption = {
  flags: '--goal <id>',
  about: 'a goal of goals/<id>/ instead of the goal.md of the agent',
} as const;

/** The goal a command is about: the agent's own, or one of its `goals/`. */
export async function openGoal(home: Home, agent: string, id: OptionValue): Promise<FileGoal> {
  const door = home.agent(agent);
  const [{ path }, { zone, clock }] = [await door.snapshot(), await door.world()];
  const world = {
    log: home.log,
    folder: home.folder,
    by: home.by,
    now: () => localTime(clock.now(), zone),
  };
  return new FileGoal(world, { agent, folder: path, id: typeof id === 'string' ? id : STANDING });
}

/** The goal itself; a usage error where there is none. */
export async function loadGoal(file: FileGoal, agent: string): Promise<Goal> {
  const goal = await file.load();
  if (goal !== undefined) return goal;
  throw usageError(`${agent} has no goal`, 'write a goal.md into the folder of the agent');
}

export const optional = (value: OptionValue): string | undefined =>
  typeof value === 'string' ? value : undefined;
