import type { Json } from '../../base/index.ts';

/** A shorter value says too little to be hidden: it would be taken out of other words. */
export const SECRET_LENGTH_MIN = 6;
const SECRET_NAME = /KEY|TOKEN|SECRET|PASS|CREDENTIAL|AUTH|(?:^|_)PAT$/i;

/** The values of an environment that its names say are secret. */
export const secretsOf = (env: Readonly<Record<string, string>>): readonly string[] =>
  Object.entries(env)
    .filter(([name, value]) => SECRET_NAME.test(name) && value.length >= SECRET_LENGTH_MIN)
    .map(([, value]) => value);

/** A text without secrets that were told to a program or server. */
export const withoutSecrets = (text: string, secrets: readonly string[]): string =>
  secrets.reduce((left, secret) => left.replaceAll(secret, '[secret]'), text);

/** The same for JSON, keys included. */
export function jsonWithoutSecrets(value: Json, secrets: readonly string[]): Json {
  if (secrets.length === 0) return value;
  const quoted = secrets.map((secret) => JSON.stringify(secret).slice(1, -1));
  return JSON.parse(withoutSecrets(JSON.stringify(value), quoted)) as Json;
}
