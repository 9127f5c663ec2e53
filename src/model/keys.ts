import { join } from 'node:path';
import { type Disk, isJsonObject } from '../base/index.ts';
import { type Redactor, redactor } from '../effect/index.ts';
import { ModelError } from './error.ts';
import { providers } from './providers.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Where keys come from on this machine. */
export interface Keys {
  /** The key of a provider, `undefined` when there is none. Throws `model/bad-key-file`. */
  readonly keyOf: (provider: string) => Promise<string | undefined>;
  /** Where that key stands (`ANTHROPIC_API_KEY`, or the path of the key file), never the key. */
  readonly sourceOf: (provider: string) => string | undefined;
  /** Every key here, for a redactor to take out wherever it stands. */
  readonly all: () => readonly string[];
  /** The path of the key file, whether or not there is one. */
  readonly file: string;
  /** What is wrong with the key file and does not stop it from being read. */
  readonly warnings: () => readonly string[];
}

interface Found {
  readonly key: string;
  readonly source: string;
}

/**
 * The keys of this machine: environment first, then `~/.config/datum/keys.json`, an object of
 * provider ids and keys that only its owner may read. Read anew each time, never kept.
 */
export function keysOf({ env, disk }: { readonly env: Environment; readonly disk: Disk }): Keys {
  const file = keyFile(env);
  const find = (provider: string): Found | undefined => {
    const { keyNames = [] } = providers.find(({ id }) => id === provider) ?? {};
    for (const name of keyNames) {
      const key = env[name]?.trim();
      if (key !== undefined && key !== '') return { key, source: name };
    }
    const key = readKeyFile(file, disk)[provider];
    return key === undefined ? undefined : { key, source: file };
  };
  return {
    file,
    keyOf: async (provider) => find(provider)?.key,
    sourceOf: (provider) => find(provider)?.source,
    all: () => {
      const fromEnv = providers.flatMap(({ keyNames }) =>
        keyNames.map((name) => env[name]?.trim()),
      );
      const keys = [...fromEnv, ...Object.values(readKeyFile(file, disk))];
      return [...new Set(keys.filter((key) => key !== undefined && key !== ''))] as string[];
    },
    warnings: () => widerThanOwner(file, disk),
  };
}

/**
 * What patterns know as secret, and every key of this machine whatever it looks like. The keys are
 * read when it is first used.
 */
export function keyRedactor(keys: Pick<Keys, 'all'>): Redactor {
  let made: Redactor | undefined;
  return (value) => {
    made ??= redactorOf(keys.all().filter((key) => key.length >= KEY_LENGTH_MIN));
    return made(value);
  };
}

function redactorOf(known: readonly string[]): Redactor {
  if (known.length === 0) return redactor();
  const longestFirst = known.toSorted((left, right) => right.length - left.length);
  return redactor({ more: { key: new RegExp(longestFirst.map(RegExp.escape).join('|'), 'g') } });
}

/** A shorter text is no key, and taking it out everywhere would spoil prompts. */
const KEY_LENGTH_MIN = 8;

function keyFile(env: Environment): string {
  const home = env['HOME'] ?? env['USERPROFILE'] ?? '';
  const config = env['XDG_CONFIG_HOME'] || join(home, '.config');
  return join(config, 'datum', 'keys.json');
}

function readKeyFile(file: string, disk: Disk): Readonly<Record<string, string>> {
  if (!disk.exists(file)) return {};
  let value: unknown;
  try {
    value = JSON.parse(disk.readFile(file).toString('utf8'));
  } catch {
    // A syntax error quotes the text around it, which may be a key: it is no cause to show.
    throw badKeyFile(file, 'is not readable JSON');
  }
  if (!isJsonObject(value)) throw badKeyFile(file, 'is no object of provider ids and keys');
  const keys: Record<string, string> = {};
  for (const [provider, key] of Object.entries(value)) {
    if (typeof key !== 'string') throw badKeyFile(file, `has no text as the key of ${provider}`);
    if (key.trim() !== '') keys[provider] = key.trim();
  }
  return keys;
}

const badKeyFile = (file: string, what: string): ModelError =>
  new ModelError({
    code: 'model/bad-key-file',
    kind: 'usage',
    message: `${file} ${what}`,
    hint: 'write it like {"anthropic": "the key"}, readable by you alone (chmod 600)',
    data: { file },
  });

function widerThanOwner(file: string, disk: Disk): readonly string[] {
  if (process.platform === 'win32' || !disk.exists(file)) return [];
  const mode = disk.lstat(file).mode & 0o777;
  if ((mode & 0o077) === 0) return [];
  return [`others on this machine can read ${file} (mode ${mode.toString(8)}): chmod 600 it`];
}
