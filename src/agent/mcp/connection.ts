import type { Client, Transport } from '@modelcontextprotocol/client';
import { isJsonObject, type Json, type JsonObject } from '../../base/index.ts';
import type { Timer } from '../../effect/index.ts';
import { AgentError } from '../error.ts';
import { jsonWithoutSecrets, withoutSecrets } from '../program/secrets.ts';
import { boundedFetch } from './bounded-fetch.ts';
import { type CallResult, callResult } from './call-result.ts';
import { processTransport } from './process-transport.ts';
import { readingBy, readingsOf } from './reading.ts';
import { mcpSdk } from './sdk.ts';
import type { ServerPlan, ServerTool } from './server.ts';

/** A live connection to one server. */
export interface Connection {
  readonly isOpen: boolean;
  listTools(): Promise<readonly ServerTool[]>;
  call(tool: string, input: Json, signal: AbortSignal | undefined): Promise<CallResult>;
  close(): Promise<void>;
}

export interface ConnectionWorld {
  readonly timer: Timer;
  readonly fetch: typeof globalThis.fetch;
  readonly timeoutSeconds: number;
  /** Gives up connecting. */
  readonly signal: AbortSignal;
}

const CLIENT = { name: 'datum', version: '1' };
/** `npx` and its like may have to fetch a package first. */
const CONNECT_MILLIS = 60_000;
const PAGES_MAX = 20;

type Mode = 'legacy' | 'auto';
type CallOptions = NonNullable<Parameters<Client['callTool']>[1]>;

/** Connects to a server. Rejects with `agent/mcp-connect-failed`, which has the last it said. */
export async function connectTo(
  name: string,
  plan: ServerPlan,
  world: ConnectionWorld,
): Promise<Connection> {
  const { Client, ProtocolError } = await mcpSdk();
  // Asking a process which protocol it speaks would start it twice; nearly all speak the older one.
  const modes: readonly Mode[] = plan.kind === 'http' ? ['auto'] : ['legacy', 'auto'];
  let failure: unknown;
  let said = '';
  for (const mode of modes) {
    const transport = await transportTo(plan, world);
    const client = new Client(CLIENT, { versionNegotiation: { mode }, listMaxPages: PAGES_MAX });
    try {
      await client.connect(transport, { timeout: CONNECT_MILLIS, signal: world.signal });
      return openConnection({ name, client, transport, plan, world });
    } catch (error) {
      failure = error;
      if ('said' in transport) said = (transport as { said(): string }).said();
      await client.close().catch(() => undefined);
      await transport.close().catch(() => undefined);
      if (!(error instanceof ProtocolError) || world.signal.aborted) break;
    }
  }
  throw connectFailed(name, { failure, said, secrets: plan.secrets });
}

async function transportTo(plan: ServerPlan, world: ConnectionWorld): Promise<Transport> {
  if (plan.kind === 'process') return processTransport(plan, world.timer);
  const { StreamableHTTPClientTransport } = await mcpSdk();
  return new StreamableHTTPClientTransport(plan.url, {
    requestInit: { headers: plan.headers },
    fetch: boundedFetch(world.fetch),
  });
}

interface Opened {
  readonly name: string;
  readonly client: Client;
  readonly transport: Transport;
  readonly plan: ServerPlan;
  readonly world: ConnectionWorld;
}

function openConnection({ name, client, transport, plan, world }: Opened): Connection {
  let isOpen = true;
  client.onclose = () => {
    isOpen = false;
  };
  const timeout = Math.ceil(world.timeoutSeconds * 1000);
  const { secrets } = plan;
  /** Which of its tools are ours, for its resources and prompts. */
  let readings: readonly ServerTool[] | undefined;
  const listTools = async (): Promise<readonly ServerTool[]> => {
    const listed =
      client.getServerCapabilities()?.tools === undefined
        ? []
        : (await client.listTools(undefined, { timeout, maxTotalTimeout: timeout })).tools;
    const own = listed.map(({ name: tool, description = '', inputSchema }) => ({
      name: tool,
      description: withoutSecrets(description, secrets),
      input: inputSchema as JsonObject,
    }));
    readings = readingsOf(client, own);
    return [...own, ...readings];
  };
  const ask = async (tool: string, args: JsonObject, options: CallOptions) => {
    const read = readingBy(tool);
    // A resumed run calls what an earlier process had listed.
    if (read !== undefined && readings === undefined) await listTools();
    return read !== undefined && readings?.some(({ name: each }) => each === tool) === true
      ? read(client, args, options)
      : callResult(await client.callTool({ name: tool, arguments: args }, options));
  };
  return {
    get isOpen() {
      return isOpen;
    },
    listTools,
    call: async (tool, input, signal) => {
      try {
        const args = isJsonObject(input) ? (input as JsonObject) : {};
        const { output, error } = await ask(tool, args, {
          timeout,
          maxTotalTimeout: timeout,
          ...(signal === undefined ? {} : { signal }),
        });
        return { output: jsonWithoutSecrets(output, secrets), error };
      } catch (error) {
        signal?.throwIfAborted();
        throw callFailed(`${name}__${tool}`, withoutSecrets(messageOf(error), secrets));
      }
    },
    close: async () => {
      isOpen = false;
      if ('terminateSession' in transport) await endSession(transport);
      await client.close().catch(() => undefined);
      await transport.close().catch(() => undefined);
    },
  };
}

/** A server that has sessions is told that this one is over; one that does not listen forgets it by itself. */
async function endSession(transport: object): Promise<void> {
  const { terminateSession } = transport as { terminateSession(): Promise<void> };
  await terminateSession.call(transport).catch(() => undefined);
}

const REASON_LENGTH_MAX = 500;

const messageOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).slice(0, REASON_LENGTH_MAX);

/** The end of what a server wrote beside its messages, without the frames of a stack. */
const lastWords = (said: string): string =>
  said
    .split('\n')
    .filter((line) => line.trim() !== '' && !/^\s+at /.test(line))
    .join(' ')
    .slice(-REASON_LENGTH_MAX);

interface Failure {
  readonly failure: unknown;
  readonly said: string;
  readonly secrets: readonly string[];
}

function connectFailed(name: string, { failure, said, secrets }: Failure): AgentError {
  const tail = said === '' ? '' : `; it said: ${lastWords(said)}`;
  return new AgentError({
    code: 'agent/mcp-connect-failed',
    message: `${name} could not be reached: ${withoutSecrets(messageOf(failure) + tail, secrets)}`,
    hint: 'see that it starts by hand, then run the agent again',
    data: { server: name },
  });
}

const callFailed = (tool: string, why: string): AgentError =>
  new AgentError({
    code: 'agent/mcp-call-failed',
    message: `${tool} did not answer as it should: ${why}`,
    hint: 'ask it otherwise, or go on without it',
    data: { tool },
  });
