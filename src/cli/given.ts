import type { OptionValue } from './command.ts';

/** The text of an option; undefined when it was not given. */
export const givenText = (value: OptionValue): string | undefined =>
  typeof value === 'string' ? value : undefined;

/** The text of an option as a property of what is asked for; none when it was not given. */
export const given = <Key extends string>(key: Key, value: OptionValue) =>
  (typeof value === 'string' ? { [key]: value } : {}) as { readonly [K in Key]?: string };
