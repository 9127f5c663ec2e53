import type { ModelTool } from '../../model/index.ts';
import { AgentError } from '../error.ts';
import type { LeftOut } from '../program/program.ts';
import type { Tool } from './tool.ts';

/** The tools of one run, by name. */
export interface ToolRegistry {
  readonly tools: readonly Tool[];
  /** What the folder has and this run does not offer, and why. */
  readonly leftOut: readonly LeftOut[];
  get(name: string): Tool | undefined;
}

/** Collects tools; two of one name throw `agent/tool-name-collision`. */
export function toolRegistry(
  tools: readonly Tool[],
  leftOut: readonly LeftOut[] = [],
): ToolRegistry {
  const byName = new Map<string, Tool>();
  for (const tool of tools) {
    if (byName.has(tool.name)) throw collision(tool.name);
    byName.set(tool.name, tool);
  }
  return { tools: [...byName.values()], leftOut, get: (name) => byName.get(name) };
}

/** What a model is told of the tools. */
export const modelTools = ({ tools }: ToolRegistry): readonly ModelTool[] =>
  tools.map(({ name, description, input }) => ({ name, description, input }));

const collision = (tool: string): AgentError =>
  new AgentError({
    code: 'agent/tool-name-collision',
    message: `two tools are named ${tool}`,
    hint: 'rename one of them; a server of mcp.md gives its tools the prefix <server>__',
    kind: 'usage',
    data: { tool },
  });
