import { providers } from '../../model/index.ts';
import { AgentError } from '../error.ts';
import type { ProgramMachine } from '../program/machine.ts';
import { SECRET_LENGTH_MIN, secretsOf } from '../program/secrets.ts';
import type { ServerEntry } from './server.ts';

type Values = Readonly<Record<string, string>>;

/** Values with the variables of this machine in them, and what of them is secret. */
export interface ToldValues {
  readonly values: Values;
  readonly secrets: readonly string[];
}

const VARIABLE = /\$\{?([A-Za-z_][A-Za-z0-9_]*)\}?/g;

const namesIn = (values: Values): readonly string[] =>
  Object.values(values).flatMap((value) =>
    [...value.matchAll(VARIABLE)].map(([, name = '']) => name),
  );

/** The variables a server would be told. */
export const variablesOf = ({ server }: ServerEntry): readonly string[] => [
  ...new Set([...namesIn(server.env), ...namesIn(server.headers ?? {})]),
];

/** What pays for the models of this machine is told to nobody who is not named for it. */
const MODEL_KEYS: ReadonlySet<string> = new Set(providers.flatMap(({ keyNames }) => keyNames));

/**
 * Puts variables of this machine into values. Throws `agent/mcp-variable-not-allowed` for one that
 * `## Allowed variables` does not name, or, without that list, for a model's key; and
 * `agent/mcp-connect-failed` for one that is not set.
 */
export function toldValues(
  values: Values,
  { entry, machine }: { readonly entry: ServerEntry; readonly machine: ProgramMachine },
): ToldValues {
  const told = new Map<string, string>();
  const resolve = (name: string): string => {
    requireListed(name, entry);
    const found = machine.environment[name];
    if (found === undefined) throw notSet(entry.server.name, name);
    told.set(name, found);
    return found;
  };
  const filled = Object.entries(values).map(
    ([key, value]) => [key, value.replace(VARIABLE, (_, name: string) => resolve(name))] as const,
  );
  // What a name calls secret is hidden everywhere, the rest from what the server itself says.
  machine.hide?.(secretsOf(Object.fromEntries(told)));
  return {
    values: Object.fromEntries(filled),
    secrets: [...told.values()].filter((value) => value.length >= SECRET_LENGTH_MIN),
  };
}

function requireListed(name: string, { server, path, allowedVariables }: ServerEntry): void {
  if (allowedVariables?.includes(name) ?? !MODEL_KEYS.has(name)) return;
  throw new AgentError({
    code: 'agent/mcp-variable-not-allowed',
    kind: 'refused',
    message: `${path} would be told $${name}, which \`## Allowed variables\` of its file does not name`,
    hint: `add ${name} to that list of mcp.md, which then names all that its servers may be told`,
    data: { server: server.name, name },
  });
}

const notSet = (server: string, name: string): AgentError =>
  new AgentError({
    code: 'agent/mcp-connect-failed',
    message: `${server} needs $${name}, which is not set`,
    hint: `set ${name}, or take it out of mcp.md`,
    data: { server, name },
  });
