import { isJsonObject, type Json, type JsonObject } from '../../base/index.ts';
import { parseToml, printToml, setToml, type TomlText, tomlLine } from './toml-text.ts';

/** `.superagent/agent.toml` of a workshop; all three shapes the originals wrote are read (datum §5.3). */
export interface AgentConfig {
  readonly toml: TomlText;
  readonly name: string;
  readonly role: string;
  readonly owner?: string;
  readonly capabilities: readonly string[];
  /** Whole, with scheme, port and path. */
  readonly keeperUrl: string;
  readonly workshopPath?: string;
  readonly template: string;
  readonly logLevel: string;
}

const DEFAULT_KEEPER_URL = 'http://localhost:7742';

export function parseAgentConfig(content: Uint8Array | string, file: string): AgentConfig {
  const toml = parseToml(content, file);
  const agent = table(toml.value, 'agent');
  const workshop = table(toml.value, 'workshop');
  const owner = text(agent['owner']);
  const workshopPath = text(workshop['path']);
  const { capabilities = [] } = agent;
  return {
    toml,
    name: text(agent['name']) ?? '',
    role: text(agent['role']) ?? 'generic',
    ...(owner === undefined ? {} : { owner }),
    capabilities: Array.isArray(capabilities)
      ? capabilities.filter((item): item is string => typeof item === 'string')
      : [],
    keeperUrl: keeperUrl(table(toml.value, 'keeper')),
    ...(workshopPath === undefined ? {} : { workshopPath }),
    template: text(workshop['template']) ?? 'default',
    logLevel: text(table(toml.value, 'logging')['level']) ?? 'INFO',
  };
}

/** The text of the configuration, byte for byte as read. */
export const printAgentConfig = ({ toml }: AgentConfig): string => printToml(toml);

const table = (value: JsonObject, key: string): JsonObject => {
  const found = value[key];
  return isJsonObject(found) ? found : {};
};

const text = (value: Json | undefined): string | undefined =>
  typeof value === 'string' ? value : undefined;

/** The full address when it is given, else the originals' host and port. */
function keeperUrl(keeper: JsonObject): string {
  const url = text(keeper['url']);
  if (url !== undefined) return url;
  const { host, port } = keeper;
  if (host === undefined && port === undefined) return DEFAULT_KEEPER_URL;
  return `http://${text(host) ?? 'localhost'}:${typeof port === 'number' ? port : 7742}`;
}

/** What a new configuration says. */
export type AgentConfigContent = Omit<AgentConfig, 'toml'>;

/** A new configuration: host and port for the originals, and the full address, which they ignore. */
export function newAgentConfig(config: AgentConfigContent): string {
  const lines = [
    '[agent]',
    tomlLine('name', config.name),
    tomlLine('role', config.role),
    ...(config.owner === undefined ? [] : [tomlLine('owner', config.owner)]),
    `capabilities = [${config.capabilities.map((name) => JSON.stringify(name)).join(', ')}]`,
    '',
    '[keeper]',
    ...keeperLines(config.keeperUrl),
    '',
    '[workshop]',
    ...(config.workshopPath === undefined ? [] : [tomlLine('path', config.workshopPath)]),
    tomlLine('template', config.template),
    '',
    '[logging]',
    tomlLine('level', config.logLevel),
  ];
  return `${lines.join('\n')}\n`;
}

function keeperLines(url: string): readonly string[] {
  if (!URL.canParse(url)) return [tomlLine('url', url)];
  const { hostname, port, protocol } = new URL(url);
  const number = Number(port === '' ? (protocol === 'https:' ? 443 : 80) : port);
  return [tomlLine('host', hostname), tomlLine('port', number), tomlLine('url', url)];
}

/** The configuration with one key changed in place. */
export function setAgentConfig(
  config: AgentConfig,
  change: { readonly table: string; readonly key: string; readonly value: Json },
): AgentConfig {
  const edited = setToml(config.toml, change);
  return parseAgentConfig(printToml(edited), config.toml.source.file);
}
