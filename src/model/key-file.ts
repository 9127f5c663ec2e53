import { join } from 'node:path';
import { type Disk, isJsonObject } from '../base/index.ts';
import { ModelError } from './error.ts';

/** `~/.config/datum/keys.json`, an object of provider ids and keys that only its owner may read. */
export interface KeyFile {
  readonly path: string;
  /** What it says, whoever may read it; throws `model/bad-key-file`. */
  readonly read: () => Readonly<Record<string, string>>;
  /** The same to use a key; throws `model/open-key-file` when others can read it. */
  readonly use: () => Readonly<Record<string, string>>;
}

export interface KeyFileOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly disk: Disk;
}

/** The key file of this machine, whether or not there is one; read anew each time. */
export function keyFile({ env, disk }: KeyFileOptions): KeyFile {
  const home = env['HOME'] ?? env['USERPROFILE'] ?? '';
  const path = join(env['XDG_CONFIG_HOME'] || join(home, '.config'), 'datum', 'keys.json');
  const read = () => readKeyFile(path, disk);
  return {
    path,
    read,
    use: () => {
      refuseOpen(path, disk);
      return read();
    },
  };
}

function readKeyFile(path: string, disk: Disk): Readonly<Record<string, string>> {
  if (!disk.exists(path)) return {};
  let value: unknown;
  try {
    value = JSON.parse(disk.readFile(path).toString('utf8'));
  } catch {
    // A syntax error quotes the text around it, which may be a key: it is no cause to show.
    throw badKeyFile(path, 'is not readable JSON');
  }
  if (!isJsonObject(value)) throw badKeyFile(path, 'is no object of provider ids and keys');
  const keys: Record<string, string> = {};
  for (const [provider, key] of Object.entries(value)) {
    if (typeof key !== 'string') throw badKeyFile(path, `has no text as the key of ${provider}`);
    if (key.trim() !== '') keys[provider] = key.trim();
  }
  return keys;
}

const badKeyFile = (path: string, what: string): ModelError =>
  new ModelError({
    code: 'model/bad-key-file',
    kind: 'usage',
    message: `${path} ${what}`,
    hint: 'write it like {"anthropic": "the key"}, readable by you alone (chmod 600)',
    data: { file: path },
  });

/** What others can read is no secret any more; Windows has other rights than these. */
function refuseOpen(path: string, disk: Disk): void {
  if (process.platform === 'win32' || !disk.exists(path)) return;
  // The rights are those of the file a link leads to.
  const mode = disk.lstat(disk.realpath(path)).mode & 0o777;
  if ((mode & 0o077) === 0) return;
  throw new ModelError({
    code: 'model/open-key-file',
    kind: 'usage',
    message: `others on this machine can read ${path} (mode ${mode.toString(8)}), so its keys are not used`,
    hint: `chmod 600 ${path}, and replace its keys where somebody may have read them`,
    data: { file: path, mode: mode.toString(8) },
  });
}
