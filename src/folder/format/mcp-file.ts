import { type Problem, refuseProblems } from '../error.ts';
import { bulletsOf, fencesOf, isInside, type Section, sectionsOf } from './sections.ts';
import { lineAt, printSource, readSource, type SourceText } from './source-text.ts';

/** `mcp.md`: the MCP servers an agent may start (atomic-runtime §2.5). */
export interface McpFile {
  readonly source: SourceText;
  readonly servers: readonly McpServer[];
  /** Absent: the built-in list. Empty: none at all. */
  readonly allowedCommands?: readonly string[];
}

export interface McpServer {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Values as written; `$NAME` stands for a variable or secret and is resolved when used. */
  readonly env: Readonly<Record<string, string>>;
  readonly description?: string;
  /** Of its heading, counted from 1. */
  readonly line: number;
}

/** Reads `mcp.md`; throws `folder/bad-mcp` naming every server that cannot be started. */
export function parseMcpFile(content: Uint8Array | string, file: string): McpFile {
  const source = readSource(content, file);
  const problems: Problem[] = [];
  const servers: McpServer[] = [];
  let allowedCommands: readonly string[] | undefined;
  for (const section of sectionsOf(source)) {
    if (/^allowed commands$/i.test(section.heading)) {
      const found = bulletsOf(source, section).map(({ text }) => text.replaceAll('`', ''));
      allowedCommands = [...(allowedCommands ?? []), ...found];
    } else {
      const server = readServer(source, section, problems);
      if (server !== undefined) servers.push(server);
    }
  }
  refuseProblems('folder/bad-mcp', problems);
  return { source, servers, ...(allowedCommands === undefined ? {} : { allowedCommands }) };
}

/** The text of `mcp.md`, byte for byte as read. */
export const printMcpFile = ({ source }: McpFile): string => printSource(source);

function readServer(
  source: SourceText,
  section: Section,
  problems: Problem[],
): McpServer | undefined {
  const keys = keysOf(source, section);
  const line = section.start + 1;
  const { file } = source;
  const command = keys.get('command') ?? '';
  const transport = keys.get('transport') ?? 'stdio';
  if (command === '') {
    const message = `MCP server \`${section.heading}\` has no command`;
    problems.push({ file, line, message, hint: 'add a line `command: <program>`' });
  }
  if (transport !== 'stdio') {
    const message = `MCP server \`${section.heading}\` has transport \`${transport}\``;
    problems.push({ file, line, message, hint: 'only `transport: stdio` is known' });
  }
  const args = listOf(keys.get('args'), /,/);
  const description = keys.get('description');
  const env = listOf(keys.get('env'), /[,\s]+/).map((pair) => {
    const cut = pair.indexOf('=');
    if (cut < 1) {
      const message = `\`${pair}\` in the env of \`${section.heading}\` is no KEY=$VALUE`;
      problems.push({ file, line, message, hint: 'write `env: KEY=$NAME, OTHER=$NAME`' });
    }
    return [pair.slice(0, cut), pair.slice(cut + 1)] as const;
  });
  return {
    name: section.heading,
    command,
    args,
    env: Object.fromEntries(env),
    ...(description === undefined ? {} : { description }),
    line,
  };
}

function keysOf(source: SourceText, section: Section): ReadonlyMap<string, string> {
  const fences = fencesOf(source);
  const keys = new Map<string, string>();
  for (let line = section.start + 1; line < section.end; line += 1) {
    const match = /^(?:[-*]\s+)?([A-Za-z_]+)\s*:(.*)$/.exec(lineAt(source, line));
    if (match === null || isInside(fences, line)) continue;
    keys.set((match[1] as string).toLowerCase(), (match[2] as string).replaceAll('`', '').trim());
  }
  return keys;
}

const listOf = (text: string | undefined, separator: RegExp): readonly string[] =>
  (text ?? '')
    .split(separator)
    .map((item) => item.trim())
    .filter((item) => item !== '');
