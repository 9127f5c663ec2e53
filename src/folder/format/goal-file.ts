import type { JsonObject } from '../../base/index.ts';
import { parseFrontMatter } from './front-matter.ts';
import { printSource, readSource, type SourceText } from './source-text.ts';

/**
 * `goal.md` as text: front matter and narrative (atomic-runtime §14). What the fields mean, and
 * when a goal may change, is for the room that works on goals.
 */
export interface GoalFile {
  readonly source: SourceText;
  readonly fields: JsonObject;
  readonly body: string;
}

export function parseGoalFile(content: Uint8Array | string, file: string): GoalFile {
  const { source, fields, body } = parseFrontMatter(readSource(content, file));
  return { source, fields, body };
}

/** The text of a goal, byte for byte as read. */
export const printGoalFile = ({ source }: GoalFile): string => printSource(source);
