import type { Proposal } from '../../folder/index.ts';

/** Something that might be changed about an agent, found in how it was judged. */
export interface Idea {
  /** The same each time it is found. */
  readonly key: string;
  readonly title: string;
  /** Path inside the agent folder. */
  readonly targetFile: string;
  readonly targetSection: string;
  readonly editType: Proposal['editType'];
  readonly confidence: 'high' | 'medium';
  readonly pattern: string;
  readonly risk: string;
  readonly verification: string;
  /** The rule that is added, in words that may be put better; absent where no words are ours. */
  readonly words?: string;
  /** The new text of the target from the one it has now; `words` instead of the idea's own. */
  readonly edit: (text: string, words?: string) => string;
}
