import type { Sha256 } from '../../base/index.ts';
import { TOOL_TIMEOUT_SECONDS } from '../../folder/index.ts';
import { AgentError } from '../error.ts';
import type { ProgramHost } from '../program/run-program.ts';
import { type Connection, connectTo } from './connection.ts';
import { planServer, requireAllowed } from './plan-server.ts';
import type { ServerEntry } from './server.ts';
import { serverHash } from './server-code.ts';

/** The servers of one run: each is connected when first needed, kept, and ended with the run. */
export interface Connections {
  /**
   * The connection to a server of mcp.md. Throws `agent/tool-not-trusted` when this machine has not
   * trusted it as it is now, or when it is not the one a resumed run was offered.
   */
  to(server: string, offered?: Sha256): Promise<Connection>;
  close(): Promise<void>;
}

export function openConnections(entries: readonly ServerEntry[], host: ProgramHost): Connections {
  if (entries.length === 0) return NO_CONNECTIONS;
  const open = new Map<string, Promise<Connection>>();
  const over = new AbortController();

  const connect = async (name: string, offered: Sha256 | undefined): Promise<Connection> => {
    const entry = entries.find(({ server }) => server.name === name);
    if (entry === undefined) throw missing(name);
    const hash = serverHash(entry, host);
    if (host.machine.trust(entry.path, hash) !== 'trusted' || (offered ?? hash) !== hash) {
      throw notTrusted(name, `${entry.path} is not what this machine trusted`);
    }
    requireAllowed(entry);
    return connectTo(name, planServer(entry, host), {
      timer: host.timer,
      fetch: host.machine.fetch ?? globalThis.fetch,
      signal: over.signal,
      timeoutSeconds: entry.server.timeoutSeconds ?? TOOL_TIMEOUT_SECONDS.default,
    });
  };

  return {
    to: async (server, offered) => {
      for (;;) {
        const earlier = open.get(server);
        if (earlier !== undefined && (await isOpen(earlier))) return earlier;
        // Somebody else may have connected anew meanwhile.
        if (open.get(server) !== earlier) continue;
        const made = connect(server, offered);
        open.set(server, made);
        return made;
      }
    },
    close: async () => {
      over.abort();
      const all = await Promise.allSettled(open.values());
      open.clear();
      await Promise.all(
        all.map((each) => (each.status === 'fulfilled' ? each.value.close() : undefined)),
      );
    },
  };
}

const missing = (server: string): AgentError => notTrusted(server, 'it is no longer in mcp.md');

/** Of an agent without servers, as most are. */
const NO_CONNECTIONS: Connections = Object.freeze<Connections>({
  to: (server) => Promise.reject(missing(server)),
  close: () => Promise.resolve(),
});

const isOpen = (connection: Promise<Connection>): Promise<boolean> =>
  connection.then(
    (each) => each.isOpen,
    () => false,
  );

const notTrusted = (server: string, why: string): AgentError =>
  new AgentError({
    code: 'agent/tool-not-trusted',
    kind: 'refused',
    message: `${server} is not used: ${why}`,
    hint: 'look at it, then trust it with: datum trust tools',
    data: { server },
  });
