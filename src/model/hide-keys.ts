import type { Json } from '../base/index.ts';
import { redactor } from '../effect/index.ts';
import type { ProviderContext } from './provider.ts';

const byPattern = redactor();

/** Keys as they are asked for, and what takes every key given out so far out of a text. */
export interface HidingKeys {
  readonly keyOf: ProviderContext['keyOf'];
  readonly hide: (text: string) => string;
}

/** Remembers the keys it hands out, so that they can be hidden whatever they look like. */
export function hidingKeys({
  keyOf,
  redact = byPattern,
}: Pick<ProviderContext, 'keyOf'> & {
  readonly redact?: (value: Json) => Json;
}): HidingKeys {
  const given = new Set<string>();
  return {
    keyOf: async (provider) => {
      const key = await keyOf(provider);
      if (key !== undefined && key !== '') given.add(key);
      return key;
    },
    hide: (text) => {
      let hidden = text;
      for (const key of given) hidden = hidden.replaceAll(key, '[redacted:key]');
      return String(redact(hidden));
    },
  };
}
