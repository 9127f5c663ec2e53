import type { JsonObject } from '../../base/index.ts';
import type { ProgramStart } from '../../effect/index.ts';
import type { McpServer } from '../../folder/index.ts';

/** A server of mcp.md with its file: what there is to trust and to start. */
export interface ServerEntry {
  readonly server: McpServer;
  /** Path of its section in the home, `agents/x/mcp.md#github`. */
  readonly path: string;
  /** Absent: the built-in list. */
  readonly allowedCommands?: readonly string[];
  /** Absent: those its section mentions, but for models' keys. */
  readonly allowedVariables?: readonly string[];
}

/** A server that is started here, all of it decided. */
export interface ProcessPlan extends ProgramStart {
  readonly kind: 'process';
}

/** A server that is reached by streamable HTTP. */
export interface HttpPlan {
  readonly kind: 'http';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
}

/** How a server is reached, and the secrets that are told to it and to nobody else. */
export type ServerPlan = (ProcessPlan | HttpPlan) & { readonly secrets: readonly string[] };

/** A tool as a server lists it. */
export interface ServerTool {
  readonly name: string;
  readonly description: string;
  readonly input: JsonObject;
}
