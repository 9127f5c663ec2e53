import { defineOperation } from '../effect/index.ts';
import { z } from '../spec/index.ts';

const input = z.object({
  /** The folder git runs in. */
  folder: z.string(),
  /** The subcommand and its arguments. */
  args: z.array(z.string()).min(1),
  /** Who is named as author and committer; needed where a commit is made. */
  author: z.object({ name: z.string(), email: z.string() }).optional(),
  input: z.string().optional(),
});

const output = z.object({
  exit: z.int(),
  stdout: z.string(),
  stderr: z.string(),
});

export type GitCommand = z.input<typeof input>;
export type GitResult = z.output<typeof output>;

/** Looks at a repository; takes no lock in it. */
export const gitRead = defineOperation({ name: 'git/read', kind: 'read', input, output });

/** Changes a repository on this machine. */
export const gitWrite = defineOperation({ name: 'git/write', kind: 'write', input, output });

/** Talks to another repository. */
export const gitTransfer = defineOperation({
  name: 'git/transfer',
  kind: 'external',
  input,
  output,
});
