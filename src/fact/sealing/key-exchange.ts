import { canonicalize, isEntity, isJsonObject, type Json } from '../../base/index.ts';
import { FactError } from '../error.ts';
import type { Entity } from '../log.ts';
import type { EraserOptions } from './erase.ts';
import { type SubjectKey, sealedWith, unseal } from './seal.ts';

/** The text that hands keys over: `{"datum":"subject keys","keys":[{id, secret, subject}],"v":1}`. */
export const printKeys = (keys: readonly SubjectKey[]): string =>
  `${canonicalize({
    datum: 'subject keys',
    v: 1,
    keys: keys.map(({ id, secret, subject }) => ({
      id,
      secret: Buffer.from(secret).toString('hex'),
      subject,
    })),
  })}\n`;

/** The keys in a text; throws `fact/bad-keys`. */
export function readKeys(text: string): readonly SubjectKey[] {
  const value = parse(text);
  const list = isJsonObject(value) && value['datum'] === 'subject keys' ? value['keys'] : undefined;
  if (!Array.isArray(list)) throw badKeys();
  return list.map((item: Json) => {
    if (!isJsonObject(item)) throw badKeys();
    const { id, secret, subject } = item;
    if (typeof id !== 'string' || !/^[0-9a-f]{32}$/.test(id)) throw badKeys();
    if (typeof secret !== 'string' || !/^[0-9a-f]{64}$/.test(secret)) throw badKeys();
    if (typeof subject !== 'string' || !isEntity(subject)) throw badKeys();
    return { id, subject, secret: Buffer.from(secret, 'hex') };
  });
}

/** Takes keys over and shows what they open; under the lock. How many are new here. */
export function takeKeys(keys: readonly SubjectKey[], options: EraserOptions): number {
  const { vault } = options;
  const fresh = keys.filter(({ id }) => vault.cabinet?.find(id) === undefined);
  const byId = new Map(fresh.map((key) => [key.id, key]));
  for (const place of options.table.readable()) {
    const blob = vault.blobs.read(place.hash);
    const key = blob && byId.get(sealedWith(blob) ?? '');
    const content = blob && key && unseal(blob, key);
    if (content === undefined || !options.index.chains.locate(place.tx)?.known) continue;
    // The index finds what it showed until now by not being able to open it, so the key comes last.
    options.index.replaceValue(
      place.tx,
      place.position,
      JSON.parse(content.toString('utf8')) as Json,
    );
  }
  for (const key of fresh) vault.cabinet?.put(key);
  return fresh.length;
}

/** Whether keys are of one of some subjects; of any when none are named. */
export const isOf =
  (subjects: readonly Entity[] | undefined) =>
  ({ subject }: SubjectKey): boolean =>
    subjects === undefined || subjects.includes(subject);

function parse(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    throw badKeys(error);
  }
}

const badKeys = (cause?: unknown): FactError =>
  new FactError({
    code: 'fact/bad-keys',
    message: 'this is not a text of subject keys',
    hint: 'make one with `datum keys export` where the keys are',
    kind: 'usage',
    cause,
  });
