/** The id of the goal in the agent's own folder. */
export const STANDING = '_standing';

export interface GoalName {
  readonly agent: string;
  /** {@link STANDING} for the goal.md of the agent itself. */
  readonly id: string;
  /** The agent's folder in the home; empty when the home is the agent. */
  readonly folder: string;
}

/** The entity of a goal in the log. */
export const goalEntity = ({ agent, id }: GoalName): string => `goal:${agent}/${id}`;

/** The path of a file that belongs to a goal. */
export function goalPath({ folder, id }: GoalName, file: string): string {
  const parts = [folder, ...(id === STANDING ? [] : ['goals', id]), file];
  return parts.filter((part) => part !== '').join('/');
}
