/** One setting as `git config --list --show-scope -z` prints it. */
interface Setting {
  readonly scope: string;
  /** Section and name in lower case, what stands between as it is. */
  readonly key: string;
  readonly value: string;
}

/** What of a repository's own configuration names programs. */
export interface OwnPrograms {
  /** Settings that put the person's own, or nothing, in the place of what the repository says. */
  readonly instead: readonly (readonly [key: string, value: string])[];
  /** Keys without which a remote may not be reached as it should be, and which are refused for that. */
  readonly onTheWay: readonly string[];
  /** Whether other files are part of it, which change without it, as one of the work tree does. */
  readonly isIncluding: boolean;
}

/** Settings that make git run something, and what has the effect of none. */
const NEUTRAL: readonly (readonly [RegExp, string])[] = [
  [/^filter\..*\.(?:clean|smudge|process)$/s, ''],
  [/^filter\..*\.required$/s, 'false'],
  // A driver that fails leaves a conflict; an empty one would take our side for the merge.
  [/^merge\..*\.driver$/s, 'false'],
  [/^hook\..*\.(?:command|event)$/s, ''],
  [/^core\.alternaterefscommand$/, ':'],
  [/^remote\..*\.promisor$/s, 'false'],
];

/** Programs; and what would show a person's password to somebody in between, or write a file of theirs. */
const ON_THE_WAY =
  /^(?:core\.(?:sshcommand|gitproxy)|credential\.(?:.*\.)?helper|remote\..*\.(?:uploadpack|receivepack|vcs)|http\.(?:.*\.)?(?:sslverify|sslcainfo|sslcapath|savecookies))$/s;

const INCLUDES = /^include(?:if\..*)?\.path$/s;

/**
 * Reads from git's own list what the repository's configuration, the files it includes among them,
 * would have git run. A clone brings none of it along; an archive or a shared disk does.
 */
export function ownPrograms(listed: string): OwnPrograms {
  const settings = settingsOf(listed);
  const own = settings.filter(({ scope }) => scope === 'local' || scope === 'worktree');
  const instead = new Map<string, string>();
  for (const { key } of own) {
    const neutral = NEUTRAL.find(([pattern]) => pattern.test(key))?.[1];
    if (neutral === undefined) continue;
    const persons = settings.findLast((each) => each.key === key && PERSONAL.has(each.scope));
    instead.set(key, persons?.value ?? neutral);
    const [, filter] = /^(filter\..*)\.[a-z]+$/s.exec(key) ?? [];
    if (filter !== undefined) instead.set(`${filter}.required`, 'false');
    const [, hook] = /^(hook\..*)\.[a-z]+$/s.exec(key) ?? [];
    if (hook !== undefined) instead.set(`${hook}.enabled`, 'false');
  }
  const onTheWay = own.map(({ key }) => key).filter((key) => ON_THE_WAY.test(key));
  const isIncluding = own.some(({ key }) => INCLUDES.test(key));
  return { instead: [...instead], onTheWay: [...new Set(onTheWay)], isIncluding };
}

const PERSONAL: ReadonlySet<string> = new Set(['system', 'global']);

function settingsOf(listed: string): readonly Setting[] {
  const parts = listed.split('\0');
  const settings: Setting[] = [];
  for (let at = 0; at + 1 < parts.length; at += 2) {
    const [scope = '', line = ''] = parts.slice(at, at + 2);
    const [key = ''] = line.split('\n', 1);
    settings.push({ scope, key, value: line.slice(key.length + 1) });
  }
  return settings;
}
