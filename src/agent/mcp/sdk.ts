import { loadOptional } from '../../base/index.ts';
import { AgentError } from '../error.ts';

const PACKAGE = '@modelcontextprotocol/client';

/** The official client, loaded when a server is first needed; `agent/not-installed` says what to install. */
export const mcpSdk = (): Promise<typeof import('@modelcontextprotocol/client')> =>
  loadOptional({
    name: PACKAGE,
    load: () => import('@modelcontextprotocol/client'),
    room: 'agent',
    error: AgentError,
  });
