import type { Json } from '../../base/index.ts';
import { answer, defineOperation, type Handler, liveHandler, perform } from '../../effect/index.ts';
import { z } from '../../spec/index.ts';
import { type Connections, openConnections } from '../mcp/connections.ts';
import { serverEntries } from '../mcp/server-entries.ts';
import { offerServers, type ServerOffer } from '../mcp/server-tools.ts';
import type { ProgramMachine } from '../program/machine.ts';
import { offerPrograms, type ProgramOffer } from '../program/program-tools.ts';
import type { ProgramHost } from '../program/run-program.ts';
import { pathOrigin } from '../tool/allowed-paths.ts';
import { trustedPaths } from '../tool/trusted-paths.ts';
import type { LoadedRun } from './load.ts';

const json: z.ZodType<Json, Json> = z.json();
const jsonObject = z.record(z.string(), json);
const leftOut = z.array(z.object({ name: z.string(), reason: z.string() }));
const kind = z.enum(['read', 'write', 'external', 'highRisk']);
const program = z.object({
  name: z.string(),
  description: z.string(),
  kind,
  input: jsonObject,
  path: z.string(),
  hash: z.string(),
});

const serverTool = program.omit({ path: true }).extend({ server: z.string(), tool: z.string() });

/** What the folder offers to this agent on this machine, as it was when the run first looked. */
const discoverTools = defineOperation({
  name: 'agent/discover-tools',
  kind: 'read',
  input: z.object({ folders: z.array(z.string()), servers: z.boolean() }),
  output: z.object({
    programs: z.object({ offered: z.array(program), leftOut }),
    servers: z.object({ offered: z.array(serverTool), leftOut }),
  }),
});

export interface Discovered {
  readonly programs: ProgramOffer;
  readonly servers: ServerOffer;
}

const NOTHING = { offered: [], leftOut: [] };

const MCP_FILE = 'mcp.md';

/** Finds the tools of the folder; a run whose folder has none looks for none. */
export async function discover(
  run: LoadedRun,
  signal: AbortSignal | undefined,
): Promise<Discovered> {
  if (!looksForTools(run)) return { programs: NOTHING, servers: NOTHING };
  const folders = toolFolders(run);
  const servers = hasServers(run);
  return perform(discoverTools, { folders, servers }, signal === undefined ? {} : { signal });
}

const hasServers = ({ snapshot }: LoadedRun): boolean => snapshot.hashOf(MCP_FILE) !== undefined;

/** Whether the folder may offer tools, which takes its time to find out. */
export const looksForTools = (run: LoadedRun): boolean =>
  hasServers(run) || toolFolders(run).length > 0;

/** The MCP servers of a run, none of them connected yet. */
export async function serversOf(run: LoadedRun): Promise<RunServers> {
  const text = (await run.snapshot.read(MCP_FILE)) ?? '';
  const { entries, leftOut } = serverEntries(text, run.snapshot.inHome(MCP_FILE));
  return { entries, leftOut, connections: openConnections(entries, programHost(run)) };
}

export interface RunServers extends ReturnType<typeof serverEntries> {
  readonly connections: Connections;
}

/** The agent's own tools folder before that of its role and the home's, as far as the log knows of them. */
function toolFolders({ snapshot }: LoadedRun): readonly string[] {
  const described = (path: string): boolean =>
    path.endsWith('.md') ? !path.endsWith('/README.md') : path.endsWith('/manifest.json');
  const found = (paths: readonly string[]): boolean =>
    paths.some((path) => /^tools\/[^/]+$/.test(path) && described(path));
  const { role } = snapshot.cascade ?? {};
  return [
    ...(found(snapshot.paths) ? [snapshot.inHome('tools')] : []),
    ...(role !== undefined && found(role.paths) ? [role.inHome('tools')] : []),
    ...(snapshot.path !== '' && found(snapshot.homePaths) ? ['tools'] : []),
  ];
}

export const liveDiscovery = (run: LoadedRun, servers: RunServers): Handler =>
  liveHandler('discovery', [
    answer(discoverTools, async ({ folders }, { signal }) => {
      const host = programHost(run);
      const { tools } = run.source;
      const { entries, connections, leftOut: wrong } = servers;
      // A server that is still being waited for is not waited for any longer.
      const giveUp = (): void => void connections.close();
      signal?.addEventListener('abort', giveUp, { once: true });
      const offer = await offerServers(entries, { connections, host, tools });
      signal?.removeEventListener('abort', giveUp);
      signal?.throwIfAborted();
      return {
        programs: offerPrograms(folders, { host, tools }),
        servers: { ...offer, leftOut: [...wrong, ...offer.leftOut] },
      };
    }),
  ]);

/** What programs of the folder run in and on. */
export function programHost(run: LoadedRun): ProgramHost {
  const { world } = run;
  const { root } = world.folder;
  const origin = pathOrigin(run);
  return {
    machine: world.programs ?? NO_MACHINE,
    disk: world.disk,
    random: world.random,
    timer: world.timer,
    root,
    folder: origin.folder,
    paths: trustedPaths(run).allowed,
    origin,
  };
}

/** A world that lends nothing trusts nothing. */
const NO_MACHINE: ProgramMachine = Object.freeze<ProgramMachine>({
  trust: () => 'unknown',
  folder: '',
  environment: {},
  node: process.execPath,
});
