import { DatumError, type Json } from '../base/index.ts';
import { type Redactor, redactor } from '../effect/index.ts';
import { type KeyFile, type KeyFileOptions, keyFile } from './key-file.ts';
import { providers } from './providers.ts';

/** A keeper of secrets as models need it; it is asked after the environment and before the key file. */
export interface KeyKeeper {
  /** What people call it, such as `the keeper at http://127.0.0.1:8877`. */
  readonly name: string;
  /** Whether it has a key of this provider for us; hands out nothing. */
  readonly holds: (provider: string) => Promise<boolean>;
  /** The key. Rejects when it refuses: a refusal is no absence. */
  readonly keyOf: (provider: string) => Promise<string | undefined>;
}

export interface KeyOptions extends KeyFileOptions {
  /** Not asked when absent. */
  readonly keeper?: KeyKeeper;
}

/** Where the key of a provider stands, never the key. */
export interface KeyLookup {
  /** `ANTHROPIC_API_KEY`, the keeper's name or the path of the key file; absent without a key. */
  readonly source?: string;
  /** Where it is looked for, in order. */
  readonly places: readonly string[];
  /** Why a place could not be looked into, with what to do. */
  readonly refused?: string;
}

/** Where keys come from on this machine. */
export interface Keys {
  /** The key of a provider. Throws `model/bad-key-file` and `model/open-key-file`. */
  readonly keyOf: (provider: string) => Promise<string | undefined>;
  readonly lookup: (provider: string) => Promise<KeyLookup>;
  /** Every key here that is known, for a redactor to take out wherever it stands. */
  readonly all: () => readonly string[];
  /** How many keys the keeper and `hide` have added: `all` has grown when this has. */
  readonly lent: () => number;
  /** Counts what else this machine has handed out among its keys. */
  readonly hide: (secrets: readonly string[]) => void;
}

/**
 * The keys of this machine: environment first, then the keeper, then `~/.config/datum/keys.json`.
 * Read anew each time, never kept.
 */
export function keysOf({ env, disk, keeper }: KeyOptions): Keys {
  const file = keyFile({ env, disk });
  const lent = new Set<string>();
  const inEnvironment = (name: string): string => env[name]?.trim() ?? '';
  const keyOf = async (provider: string): Promise<string | undefined> => {
    const name = keyNamesOf(provider).find((each) => inEnvironment(each) !== '');
    if (name !== undefined) return inEnvironment(name);
    const kept = await keeper?.keyOf(provider);
    if (kept === undefined) return file.use()[provider];
    lent.add(kept);
    return kept;
  };
  const lookup = async (provider: string): Promise<KeyLookup> => {
    const names = keyNamesOf(provider);
    const places = [...names, ...(keeper === undefined ? [] : [keeper.name]), file.path];
    const name = names.find((each) => inEnvironment(each) !== '');
    if (name !== undefined) return { source: name, places };
    try {
      if (await keeper?.holds(provider)) return { source: keeper?.name ?? '', places };
      return provider in file.use() ? { source: file.path, places } : { places };
    } catch (error) {
      if (!(error instanceof DatumError)) throw error;
      return { places, refused: `${error.message}: ${error.hint}` };
    }
  };
  return {
    keyOf,
    lookup,
    all: () => allKeys({ env, file, lent }),
    lent: () => lent.size,
    hide: (secrets) => {
      for (const secret of secrets) lent.add(secret);
    },
  };
}

const keyNamesOf = (provider: string): readonly string[] =>
  providers.find(({ id }) => id === provider)?.keyNames ?? [];

interface KnownKeys {
  readonly env: KeyOptions['env'];
  readonly file: KeyFile;
  readonly lent: ReadonlySet<string>;
}

/** A file that others can read is not used, and what stands in it is secret all the same. */
function allKeys({ env, file, lent }: KnownKeys): readonly string[] {
  const names = providers.flatMap(({ keyNames }) => keyNames);
  const stated = names.map((name) => env[name]?.trim() ?? '');
  const keys = [...stated, ...lent, ...Object.values(file.read())];
  return [...new Set(keys.filter((key) => key !== ''))];
}

/**
 * What patterns know as secret, and every key of this machine whatever it looks like. The keys are
 * read when it is first used, and again when another was handed out.
 */
export function keyRedactor(keys: Pick<Keys, 'all' | 'lent'>): Redactor {
  let made: { readonly lent: number; readonly redact: Redactor } | undefined;
  return (value: Json) => {
    const lent = keys.lent();
    if (made?.lent !== lent) {
      const known = keys.all().filter((key) => key.length >= KEY_LENGTH_MIN);
      made = { lent, redact: redactorOf(known) };
    }
    return made.redact(value);
  };
}

function redactorOf(known: readonly string[]): Redactor {
  if (known.length === 0) return redactor();
  const longestFirst = known.toSorted((left, right) => right.length - left.length);
  return redactor({ more: { key: new RegExp(longestFirst.map(RegExp.escape).join('|'), 'g') } });
}

/** A shorter text is no key, and taking it out everywhere would spoil prompts. */
const KEY_LENGTH_MIN = 8;
