import { parseGoalFile } from '../../folder/index.ts';
import { parsedOnce } from './parsed-once.ts';

/** A document's text without the space around it. */
export const readTrimmed = parsedOnce((text) => text.trim());

/** A goal, while it is active. */
export const readGoal = parsedOnce((text, path): string | undefined => {
  const isActive = parseGoalFile(text, path).fields['active'] !== false;
  return isActive ? text.trim() : undefined;
});
