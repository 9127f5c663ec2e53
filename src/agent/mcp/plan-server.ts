import { join } from 'node:path';
import { locateCommand } from '../../effect/index.ts';
import { AgentError } from '../error.ts';
import { childEnvironment } from '../program/machine.ts';
import { privateCopy } from '../program/private-copy.ts';
import { hashedProgram } from '../program/program.ts';
import type { ProgramHost } from '../program/run-program.ts';
import { absolutePath, mayRead } from '../tool/allowed-paths.ts';
import { pathArgument } from './path-argument.ts';
import type { ServerEntry, ServerPlan } from './server.ts';
import { codeArguments } from './server-code.ts';
import { toldValues } from './server-variables.ts';

/** What may be started when mcp.md has no `## Allowed commands` (atomic-backends §16). */
export const ALLOWED_COMMANDS = Object.freeze([
  'npx',
  'uvx',
  'python',
  'python3',
  'node',
  'docker',
]);

/** Throws `agent/mcp-command-not-allowed` for a command that the file's rule does not name. */
export function requireAllowed({ server, path, allowedCommands = ALLOWED_COMMANDS }: ServerEntry) {
  if (server.url !== undefined || allowedCommands.includes(server.command)) return;
  const list = allowedCommands.length === 0 ? 'none' : allowedCommands.join(', ');
  throw new AgentError({
    code: 'agent/mcp-command-not-allowed',
    message: `${path} would start ${server.command}; allowed are ${list}`,
    hint: 'add it under `## Allowed commands` of mcp.md, which replaces the built-in list',
    data: { server: server.name, command: server.command },
  });
}

/**
 * Decides how a trusted server is reached. Throws for a variable that is not set or not listed, for a path outside
 * the read paths of tools.md, for plain HTTP beyond this machine, and for a missing program.
 */
export function planServer(entry: ServerEntry, host: ProgramHost): ServerPlan {
  const { server } = entry;
  const { machine, disk } = host;
  const tell = (values: Readonly<Record<string, string>>) => toldValues(values, { entry, machine });
  if (server.url !== undefined) {
    const { values: headers, secrets } = tell(server.headers ?? {});
    return { kind: 'http', url: safeUrl(server.url, server.name), headers, secrets };
  }
  const { values, secrets } = tell(server.env);
  const base = childEnvironment(machine.environment, { home: host.root });
  const cwd = join(machine.folder, 'empty');
  disk.makeFolder(cwd);
  return {
    kind: 'process',
    file: locateCommand(server.command, base['PATH'] ?? '', disk),
    args: argumentsOf(entry, host),
    // Never the home: npx, python and docker run what they find in the folder they start in.
    cwd,
    env: { ...base, ...values },
    secrets,
  };
}

/** Paths are made absolute and held to the read paths; programs of the home become private copies. */
function argumentsOf(entry: ServerEntry, host: ProgramHost): readonly string[] {
  const { server } = entry;
  const code = codeArguments(entry, host);
  const files = code.map(({ name, content }) => ({ name, content }));
  const copies = code.length === 0 ? '' : copyOf(entry, files, host);
  return server.args.map((argument, at) => {
    const named = pathArgument(argument);
    if (named === undefined) return argument;
    const { path, print } = named;
    const full = absolutePath(path, host.origin);
    if (!mayRead(full, host.paths, host.disk)) throw outside(server.name, path);
    const own = code.find((each) => each.at === at);
    return print(own === undefined ? full : join(copies, own.name));
  });
}

function copyOf(
  { server, path }: ServerEntry,
  files: Parameters<typeof hashedProgram>[0]['files'],
  { machine, disk, random }: ProgramHost,
): string {
  const program = hashedProgram({
    path,
    name: server.name,
    description: '',
    input: {},
    actionClass: 'high_risk',
    protocol: 'arguments',
    files,
    env: [],
    allow: [],
    timeoutSeconds: 0,
  });
  return privateCopy(program, { folder: machine.folder, disk, random });
}

function safeUrl(text: string, server: string): URL {
  const url = new URL(text);
  const isHere = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(url.hostname);
  if (url.protocol === 'https:' || isHere) return url;
  throw new AgentError({
    code: 'agent/mcp-clear-text',
    kind: 'refused',
    message: `${server} would be reached in clear text at ${url.host}`,
    hint: 'use https; plain http is for servers on this machine',
    data: { server },
  });
}

const outside = (server: string, path: string): AgentError =>
  new AgentError({
    code: 'agent/path-refused',
    kind: 'refused',
    message: `${server} names ${path}, which tools.md does not let this agent read`,
    hint: 'add it to the read paths of tools.md, or take it out of mcp.md',
    data: { server, path },
  });
