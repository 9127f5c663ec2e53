import { bytesTag, contentForm, defineOperation } from '../effect/index.ts';
import { z } from '../spec/index.ts';

/** Who is named as author and committer: claimed, not proven. */
const author = z.object({ name: z.string().min(1), email: z.string() });

/** Options that make git run or write something else; git also takes their beginnings for them. */
const refusedOptions = [
  '--config',
  '--exec',
  '--ext-diff',
  '--open-files-in-pager',
  '--output',
  '--receive-pack',
  '--template',
  '--textconv',
  '--upload-pack',
];

const isRefused = (arg: string): boolean => {
  const [name = ''] = arg.split('=');
  return name.length > 3 && refusedOptions.some((option) => option.startsWith(name));
};

const optionsOf = (args: readonly string[]): readonly string[] =>
  args.slice(0, args.findIndex((arg) => arg === '--' || arg === '--end-of-options') >>> 0);

/** A git command that begins with one of these words, and so does no more than the operation says. */
const commandOf = (beginnings: readonly string[]) =>
  z.object({
    /** The folder git runs in. */
    folder: z.string().min(1),
    /** The subcommand and its arguments. */
    args: z
      .array(z.string().refine((text) => !text.includes('\0'), 'it holds a null character'))
      .min(1)
      .refine(
        (args) => beginnings.some((each) => `${args.join(' ')} `.startsWith(`${each} `)),
        `it is none of: ${beginnings.join(', ')}`,
      )
      .refine((args) => !optionsOf(args).some(isRefused), 'an option is not allowed here'),
    /** Needed where a commit is made. */
    author: author.optional(),
    /** What git reads from its standard input. */
    input: z.string().optional(),
    /** How the output is wanted. */
    as: contentForm.default('text'),
  });

const result = z.object({
  exit: z.int(),
  stdout: z.union([z.string(), bytesTag]),
  stderr: z.string(),
});

export type GitCommand = z.input<ReturnType<typeof commandOf>>;
export type GitRequest = z.output<ReturnType<typeof commandOf>>;
export type GitResult = z.output<typeof result>;

/** Looks at a repository; takes no lock in it. */
export const gitRead = defineOperation({
  name: 'git/read',
  kind: 'read',
  input: commandOf([
    '--version',
    'config --get',
    'diff',
    'log',
    'ls-files',
    'remote',
    'rev-parse',
    'show',
    'status',
    'symbolic-ref',
  ]),
  output: result,
});

/** Changes a repository on this machine. */
export const gitWrite = defineOperation({
  name: 'git/write',
  kind: 'write',
  input: commandOf(['add', 'commit', 'config', 'init', 'merge', 'rm']),
  output: result,
});

/** Talks to another repository. Doing any of these twice comes to the same. */
export const gitTransfer = defineOperation({
  name: 'git/transfer',
  kind: 'external',
  idempotent: true,
  input: commandOf(['clone', 'fetch', 'push']),
  output: result,
});
