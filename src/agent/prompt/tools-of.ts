import { parseToolsFile, type ToolsFile } from '../../folder/index.ts';
import { readTrimmed } from './documents.ts';
import { parsedOnce } from './parsed-once.ts';
import type { AgentSnapshot } from './snapshot.ts';

/** A tools.md: as it is read, and as the prompt shows it. */
export interface ToolsOf {
  readonly file: ToolsFile;
  readonly text: string;
}

const TOOLS = 'tools.md';
const OVERRIDE = 'tools.override.md';
const OVERRIDE_MARK = `<!-- ─── instance ${OVERRIDE} ─── -->`;

const readTools = parsedOnce((text, path) => toolsFrom(text.trim(), path));

const toolsFrom = (text: string, path: string): ToolsOf => ({
  file: parseToolsFile(text, path),
  text,
});

/**
 * The tools.md of an agent. A role's is added to by `tools.override.md`, else replaced by the
 * agent's own, else taken as it is (atomic-runtime §20).
 */
export async function readToolsOf(snapshot: AgentSnapshot): Promise<ToolsOf> {
  const { role } = snapshot.cascade ?? {};
  const override = role && (await readTrimmed(snapshot, OVERRIDE));
  const own = await readTools(snapshot, TOOLS);
  const none = toolsFrom('', TOOLS);
  if (role === undefined) return own ?? none;
  const inherited = (await readTools(role, TOOLS)) ?? none;
  if (override === undefined) return own ?? inherited;
  const parts = [inherited.text, OVERRIDE_MARK, override].filter((part) => part !== '');
  return toolsFrom(parts.join('\n\n'), snapshot.inHome(OVERRIDE));
}
