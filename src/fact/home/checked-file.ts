import {
  canonicalize,
  type Disk,
  isJsonObject,
  type Json,
  type JsonObject,
  type Random,
  sha256,
  writeFileAtomic,
} from '../../base/index.ts';
import { FactError } from '../error.ts';

/** Replaces a file of the machine's state: the SHA-256 of the rest on its first line, then JSON. */
export function writeChecked(
  path: string,
  value: JsonObject,
  { disk, random }: { readonly disk: Disk; readonly random: Random },
): void {
  const text = `${canonicalize(value)}\n`;
  writeFileAtomic(path, `${sha256(text)}\n${text}`, { disk, random, mode: 0o600 });
}

/** The value of such a file, `undefined` when there is none; throws `fact/state-damaged`. */
export function readChecked(path: string, disk: Disk): JsonObject | undefined {
  if (!disk.exists(path)) return undefined;
  const content = disk.readFile(path).toString('utf8');
  const text = content.slice(65);
  if (content.slice(0, 65) !== `${sha256(text)}\n`) throw stateDamaged(path);
  const value = JSON.parse(text) as Json;
  if (!isJsonObject(value)) throw stateDamaged(path);
  return value;
}

/** The error for a file of the machine's state that is not as datum wrote it. */
export const stateDamaged = (path: string): FactError =>
  new FactError({
    code: 'fact/state-damaged',
    message: `the machine's own record of this home is damaged: ${path}`,
    hint: 'run `datum verify`; if the log itself is whole, `datum accept-rollback` starts a new record',
    kind: 'integrity',
    data: { path },
  });
