import { DatumError, type JsonObject, type Sha256 } from '../../base/index.ts';
import type { EffectKind } from '../../effect/index.ts';
import { isToolName, type ToolsFile } from '../../folder/index.ts';
import { AgentError } from '../error.ts';
import type { LeftOut } from '../program/program.ts';
import { distrust } from '../program/program-tools.ts';
import type { ProgramHost } from '../program/run-program.ts';
import { classOfTool, kindOfClass } from '../tool/action-class.ts';
import { schemaTool } from '../tool/schema-tool.ts';
import type { Tool } from '../tool/tool.ts';
import type { Connections } from './connections.ts';
import { requireAllowed } from './plan-server.ts';
import type { ServerEntry, ServerTool } from './server.ts';
import { serverHash } from './server-code.ts';

/** A server's tool as a run offers it: enough to offer it again when the run is resumed. */
export interface OfferedServerTool {
  /** `<server>__<tool>`. */
  readonly name: string;
  readonly description: string;
  readonly kind: EffectKind;
  readonly input: JsonObject;
  readonly server: string;
  readonly tool: string;
  /** What this machine trusted of the server. */
  readonly hash: Sha256;
}

export interface ServerOffer {
  readonly offered: readonly OfferedServerTool[];
  readonly leftOut: readonly LeftOut[];
}

/** Whom servers offer their tools to. */
interface OfferTo {
  readonly connections: Connections;
  readonly host: ProgramHost;
  readonly tools: ToolsFile;
}

/** Bounds on what a server may put into every prompt. */
const TOOLS_MAX = 128;
const TOOL_BYTES_MAX = 32 * 1024;
const SERVER_BYTES_MAX = 256 * 1024;

/**
 * Connects to the trusted servers of an agent, side by side, and offers their tools. What is not
 * trusted, does not answer or is too large is left out, named; only a trusted server whose command is
 * not allowed stops the run (atomic-runtime §8.1).
 */
export async function offerServers(
  entries: readonly ServerEntry[],
  to: OfferTo,
): Promise<ServerOffer> {
  const offers = await Promise.all(entries.map((entry) => offerServer(entry, to)));
  return {
    offered: offers.flatMap(({ offered }) => offered),
    leftOut: offers.flatMap(({ leftOut }) => leftOut),
  };
}

async function offerServer(
  entry: ServerEntry,
  { connections, host, tools }: OfferTo,
): Promise<ServerOffer> {
  const { server, path } = entry;
  const none = (reason: string): ServerOffer => ({
    offered: [],
    leftOut: [{ name: server.name, reason }],
  });
  try {
    const hash = serverHash(entry, host);
    const trust = host.machine.trust(path, hash);
    if (trust !== 'trusted') return none(distrust(path, trust));
    requireAllowed(entry);
    const listed = await (await connections.to(server.name, hash)).listTools();
    return offersOf(listed, { entry, hash, tools });
  } catch (error) {
    if (error instanceof DatumError && error.code !== 'agent/mcp-command-not-allowed') {
      return none(error.message);
    }
    throw error;
  }
}

function offersOf(
  listed: readonly ServerTool[],
  {
    entry,
    hash,
    tools,
  }: { readonly entry: ServerEntry; readonly hash: Sha256; readonly tools: ToolsFile },
): ServerOffer {
  const { server } = entry;
  const offered: OfferedServerTool[] = [];
  const leftOut: LeftOut[] = [];
  let left = SERVER_BYTES_MAX;
  for (const tool of listed) {
    const name = `${server.name}__${tool.name}`.replaceAll(/[^A-Za-z0-9_-]/g, '_');
    const bytes = Buffer.byteLength(JSON.stringify(tool));
    const reason = reasonAgainst(name, { bytes, left, count: offered.length });
    if (reason !== undefined) {
      leftOut.push({ name, reason });
      continue;
    }
    left -= bytes;
    const own = server.actionClass ?? 'external_side_effect';
    const kind = kindOfClass[classOfTool(name, own, tools)];
    offered.push({ ...tool, name, kind, server: server.name, tool: tool.name, hash });
  }
  return { offered, leftOut };
}

function reasonAgainst(
  name: string,
  { bytes, left, count }: { readonly bytes: number; readonly left: number; readonly count: number },
): string | undefined {
  if (!isToolName(name)) return 'its name is too long for a tool';
  if (bytes > TOOL_BYTES_MAX)
    return `it is described in ${bytes} bytes, more than ${TOOL_BYTES_MAX}`;
  if (bytes > left) return `its server describes its tools in more than ${SERVER_BYTES_MAX} bytes`;
  return count >= TOOLS_MAX ? `its server has more than ${TOOLS_MAX} tools` : undefined;
}

/** The tool that asks the server; throws `spec/bad-schema` when its input cannot be checked. */
export const serverTool = (offered: OfferedServerTool, connections: Connections): Tool =>
  schemaTool({
    ...offered,
    run: async (input, { signal }) => {
      const connection = await connections.to(offered.server, offered.hash);
      const { output, error } = await connection.call(offered.tool, input, signal);
      if (error) throw refusedBy(offered.name, String(output));
      return output;
    },
  });

const REASON_LENGTH_MAX = 4000;

const refusedBy = (tool: string, said: string): AgentError =>
  new AgentError({
    code: 'agent/tool-failed',
    message: `${tool} answered with an error: ${said.slice(0, REASON_LENGTH_MAX)}`,
    hint: 'correct the input, or go on without this tool',
    data: { tool },
  });
