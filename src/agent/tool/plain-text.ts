/** What a model is told of one tool in words. */
const DESCRIPTION_LENGTH_MAX = 2000;

/** Signs a person does not see and a model reads: control, format and tag characters. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}]/gu;

/** A description that came from outside, as a model gets it: nothing invisible, and not too long. */
export function plainDescription(text: string): string {
  const seen = text.replace(INVISIBLE, (sign) => (/\s/.test(sign) ? sign : '')).trim();
  if (seen.length <= DESCRIPTION_LENGTH_MAX) return seen;
  return `${seen.slice(0, DESCRIPTION_LENGTH_MAX)} [cut]`;
}
