import type { ErrorKind } from '../base/index.ts';
import { failureData } from '../effect/index.ts';
import type { GitResult } from './command.ts';
import { GitError } from './error.ts';

interface Meaning {
  readonly says: RegExp;
  readonly code: `git/${string}`;
  readonly hint: string;
  readonly kind?: ErrorKind;
  readonly transient?: boolean;
}

/** What git's words mean, most special first. */
const meanings: readonly Meaning[] = [
  {
    says: /index\.lock|another git process seems to be running|cannot lock ref/i,
    code: 'git/busy',
    hint: 'wait for the other git command to end; if there is none, remove the lock file it names',
    kind: 'busy',
    transient: true,
  },
  {
    says: /partial commit during a|is not possible because you have unmerged files|not concluded your merge/i,
    code: 'git/under-way',
    hint: 'finish or abort what is under way in git first (git status names it)',
    kind: 'busy',
  },
  {
    says: /would be overwritten by|local changes to the following files/i,
    code: 'git/would-overwrite',
    hint: 'commit or put away the changes it names, then try again',
    kind: 'busy',
  },
  {
    says: /\[rejected\]|non-fast-forward|fetch first|stale info/i,
    code: 'git/behind',
    hint: 'the other side has commits you do not have: datum pull, then datum push again',
  },
  {
    says: /authentication failed|could not read (?:username|password)|permission denied|host key verification failed|access denied|returned error: 40[13]/i,
    code: 'git/denied',
    hint: 'check your credentials for this remote (git ls-remote asks for them)',
    kind: 'refused',
  },
  {
    says: /could not resolve host|unable to access|connection (?:refused|reset|timed out)|network is unreachable|early eof|the remote end hung up/i,
    code: 'git/unreachable',
    hint: 'check the network and the address of the remote',
    transient: true,
  },
  {
    says: /not a git repository/i,
    code: 'git/no-repository',
    hint: 'run it inside a git repository, or make one with git init',
    kind: 'usage',
  },
  {
    says: /does not appear to be a git repository|repository .* (?:not found|does not exist)/i,
    code: 'git/no-remote',
    hint: 'check the name and address of the remote',
  },
];

/** A command that git refused, in git's words and with what to do. */
export function refused(command: string, { exit, stdout, stderr }: GitResult): GitError {
  const printed = typeof stdout === 'string' ? stdout : '';
  const text = withoutCredentials(`${stderr}\n${printed}`);
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const first = lines.find((line) => /^(?:fatal|error): /.test(line)) ?? lines[0] ?? '';
  const meaning = meanings.find(({ says }) => says.test(text));
  const transient = meaning?.transient === true;
  return new GitError({
    code: meaning?.code ?? 'git/refused',
    message: `git ${command} failed: ${first.replace(/^(?:fatal|error): /, '')}`,
    hint:
      meaning?.hint ??
      'see what git says in the same folder; datum left its own files as they were',
    kind: meaning?.kind ?? 'failed',
    data: {
      command,
      exit,
      output: lines.slice(0, 20),
      ...(transient ? failureData({ transient }) : {}),
    },
  });
}

/** Addresses are shown without the user and password some people put in them. */
const withoutCredentials = (text: string): string => text.replace(/(?<=:\/\/)[^\s/@]{1,500}@/g, '');
