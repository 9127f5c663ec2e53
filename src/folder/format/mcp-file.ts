import { type Problem, refuseProblems } from '../error.ts';
import { keyLines } from './key-lines.ts';
import { bulletsOf, type Section, sectionsOf } from './sections.ts';
import { printSource, readSource, type SourceText } from './source-text.ts';
import { TOOL_TIMEOUT_SECONDS } from './tool-descriptor.ts';
import { ACTION_CLASSES, type ActionClass } from './tools-file.ts';

/** `mcp.md`: the MCP servers an agent may start (atomic-runtime §2.5). */
export interface McpFile {
  readonly source: SourceText;
  readonly servers: readonly McpServer[];
  /** Absent: the built-in list. Empty: none at all. */
  readonly allowedCommands?: readonly string[];
  /** Variables that a `$NAME` may stand for. Absent: those the file mentions, but for models' keys. */
  readonly allowedVariables?: readonly string[];
}

export interface McpServer {
  readonly name: string;
  /** Empty for a server that has a `url`. */
  readonly command: string;
  readonly args: readonly string[];
  /** Values as written; `$NAME` stands for a variable or secret and is resolved when used. */
  readonly env: Readonly<Record<string, string>>;
  /** Of a server that is reached by streamable HTTP. */
  readonly url?: string;
  /** Sent with every request to `url`; `$NAME` in a value as in `env`. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeoutSeconds?: number;
  /** Of its tools, as far as tools.md does not say; `high_risk` when the file names none that exists. */
  readonly actionClass?: ActionClass;
  readonly description?: string;
  /** Of its heading, counted from 1. */
  readonly line: number;
}

/** Reads `mcp.md`; throws `folder/bad-mcp` naming every server that cannot be started. */
export function parseMcpFile(content: Uint8Array | string, file: string): McpFile {
  const source = readSource(content, file);
  const problems: Problem[] = [];
  const servers: McpServer[] = [];
  const lists: { allowedCommands?: readonly string[]; allowedVariables?: readonly string[] } = {};
  for (const section of sectionsOf(source)) {
    const key = LISTS[section.heading.toLowerCase()];
    if (key !== undefined) {
      const found = bulletsOf(source, section).map(({ text }) => text.replaceAll(/[`$]/g, ''));
      lists[key] = [...(lists[key] ?? []), ...found];
    } else {
      const server = readServer(source, section, problems);
      if (server !== undefined) servers.push(server);
    }
  }
  refuseProblems('folder/bad-mcp', problems);
  return { source, servers, ...lists };
}

/** Sections that are no servers, by their headings in small letters. */
const LISTS: Readonly<Record<string, 'allowedCommands' | 'allowedVariables'>> = {
  'allowed commands': 'allowedCommands',
  'allowed variables': 'allowedVariables',
};

/** The text of `mcp.md`, byte for byte as read. */
export const printMcpFile = ({ source }: McpFile): string => printSource(source);

function readServer(
  source: SourceText,
  section: Section,
  problems: Problem[],
): McpServer | undefined {
  const keys = keyLines(source, section);
  const { heading } = section;
  const complain = (message: string, hint: string): void => {
    problems.push({ file: source.file, line: section.start + 1, message, hint });
  };
  const http = httpOf(heading, keys, complain);
  const command = keys.get('command') ?? '';
  if (http === undefined && command === '') {
    complain(`MCP server \`${heading}\` has no command`, 'add a line `command: <program>`');
  }
  const description = keys.get('description');
  return {
    name: heading,
    command: http === undefined ? command : '',
    args: listOf(keys.get('args'), /,/),
    env: pairsOf(listOf(keys.get('env'), /[,\s]+/), (pair) =>
      complain(
        `\`${pair}\` in the env of \`${heading}\` is no KEY=$VALUE`,
        'write `env: KEY=$NAME, OTHER=$NAME`',
      ),
    ),
    ...http,
    ...limitsOf(heading, keys, complain),
    ...(description === undefined ? {} : { description }),
    line: section.start + 1,
  };
}

type Complain = (message: string, hint: string) => void;
type Keys = ReadonlyMap<string, string>;

const HTTP = new Set(['http', 'streamable-http', 'streamable_http', 'streamablehttp']);

/** Where a server is that is not started here; `undefined` for one that is. */
function httpOf(
  name: string,
  keys: Keys,
  complain: Complain,
): Pick<McpServer, 'url' | 'headers'> | undefined {
  const url = keys.get('url');
  const transport = (keys.get('transport') ?? (url === undefined ? 'stdio' : 'http')).toLowerCase();
  if (transport === 'stdio') return undefined;
  if (!HTTP.has(transport)) {
    complain(
      `MCP server \`${name}\` has transport \`${transport}\``,
      'use `transport: stdio` with a command, or `transport: http` with a url',
    );
    return undefined;
  }
  if (url === undefined || !/^https?:\/\//.test(url) || !URL.canParse(url)) {
    complain(`MCP server \`${name}\` has no url`, 'add a line `url: https://…`');
  }
  const headers = pairsOf(listOf(keys.get('headers'), /,/), (pair) =>
    complain(
      `\`${pair}\` in the headers of \`${name}\` is no Name=value`,
      'write `headers: Authorization=Bearer $TOKEN`',
    ),
  );
  return { url: url ?? '', ...(Object.keys(headers).length === 0 ? {} : { headers }) };
}

function limitsOf(
  name: string,
  keys: Keys,
  complain: Complain,
): Pick<McpServer, 'timeoutSeconds' | 'actionClass'> {
  const timeout = keys.get('timeout_seconds');
  const seconds = Number(timeout);
  if (timeout !== undefined && !(seconds > 0 && seconds <= TOOL_TIMEOUT_SECONDS.max)) {
    complain(
      `\`${timeout}\` is no timeout of \`${name}\``,
      `write seconds, at most ${TOOL_TIMEOUT_SECONDS.max}`,
    );
  }
  const named = keys.get('default_action_class');
  return {
    ...(timeout === undefined ? {} : { timeoutSeconds: seconds }),
    ...(named === undefined
      ? {}
      : { actionClass: ACTION_CLASSES.find((each) => each === named) ?? 'high_risk' }),
  };
}

function pairsOf(
  pairs: readonly string[],
  complain: (pair: string) => void,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const cut = pair.indexOf('=');
      if (cut < 1) complain(pair);
      return [pair.slice(0, cut).trim(), pair.slice(cut + 1).trim()] as const;
    }),
  );
}

const listOf = (text: string | undefined, separator: RegExp): readonly string[] =>
  (text ?? '')
    .split(separator)
    .map((item) => item.trim())
    .filter((item) => item !== '');
