import type { Json } from '../../base/index.ts';
import type { Problem } from '../error.ts';

/** YAML inside a Markdown file: front matter or a fenced block. */
export interface YamlText {
  readonly text: string;
  readonly file: string;
  /** Line of the file where `text` begins, counted from 1. */
  readonly line: number;
}

export interface ParsedYaml {
  readonly value: Json;
  readonly problems: readonly Problem[];
  /** Line in the file of a key at a path, counted from 1; of the text's first line when absent. */
  readonly lineOf: (...path: readonly string[]) => number;
}
