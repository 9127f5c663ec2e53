import { join } from 'node:path';
import { parse, TomlError } from 'smol-toml';
import { type Disk, isJsonObject } from '../base/index.ts';
import { CAP_ACTIONS } from '../folder/index.ts';
import type { Cap } from '../guard/index.ts';
import { HomeError } from './error.ts';
import { foreignFolder, isAgentName } from './foreign.ts';

/** What `datum.toml` says; every field has a default. */
export interface Settings {
  readonly agent: string;
  /** When what a command wrote is committed to git. */
  readonly commit: 'command' | 'session' | 'never';
  readonly keeperUrl: string | undefined;
  /** What all agents of the home may spend together. */
  readonly fleetCaps: readonly Cap[];
}

export const defaultSettings: Settings = Object.freeze({
  agent: 'datum',
  commit: 'command',
  keeperUrl: undefined,
  fleetCaps: [],
});

/**
 * Reads `datum.toml`. A damaged file or a wrong value throws `home/settings` with what is wrong and
 * where: settings decide what may happen, so they are never guessed. Without a name there the agent
 * is the one the folder itself names.
 */
export function readSettings(root: string, disk: Disk): Settings {
  const path = join(root, 'datum.toml');
  const table = disk.exists(path) ? parseToml(path, disk.readFile(path).toString('utf8')) : {};
  const agent =
    textAt(table, ['agent', 'name']) ?? foreignFolder(root, disk)?.agent ?? defaultSettings.agent;
  const commit = textAt(table, ['git', 'commit']) ?? defaultSettings.commit;
  if (commit !== 'command' && commit !== 'session' && commit !== 'never') {
    throw wrong(path, `git.commit is "${commit}"`, 'write "command", "session" or "never"');
  }
  if (!isAgentName(agent)) {
    throw wrong(path, `agent.name is "${agent}"`, 'use up to 64 letters, digits, - and _');
  }
  const fleetCaps = fleetCapsOf(table, path);
  return { agent, commit, keeperUrl: textAt(table, ['keeper', 'url']), fleetCaps };
}

const FLEET = [
  ['fleet-day', 'fleet_daily_usd', 'fleet_daily_action'],
  ['fleet-month', 'fleet_monthly_usd', 'fleet_monthly_action'],
] as const;

/** The caps of `[caps]`; one that is not exactly right stops everything, and none is off silently. */
function fleetCapsOf(table: unknown, path: string): readonly Cap[] {
  const caps = isJsonObject(table) ? (table['caps'] ?? {}) : {};
  if (!isJsonObject(caps)) throw wrong(path, '`caps` is no table', 'write [caps] above its keys');
  const known = FLEET.flatMap(([, usd, action]) => [usd, action] as const) as readonly string[];
  const stranger = Object.keys(caps).find((key) => !known.includes(key));
  if (stranger !== undefined) {
    throw wrong(path, `caps.${stranger} is no cap`, `known are ${known.join(', ')}`);
  }
  return FLEET.flatMap(([scope, usdKey, actionKey]) => {
    const usd = caps[usdKey];
    if (usd === undefined) return [];
    const named = caps[actionKey] ?? 'skip';
    const action = CAP_ACTIONS.find((each) => each === named);
    if (typeof usd !== 'number' || !(usd >= 0)) {
      throw wrong(path, `caps.${usdKey} is no number of dollars`, 'write for example 5.0');
    }
    if (action === undefined) {
      throw wrong(
        path,
        `caps.${actionKey} is "${String(named)}"`,
        `write one of ${CAP_ACTIONS.join(', ')}`,
      );
    }
    return [{ scope, usd, action }];
  });
}

function parseToml(path: string, text: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    const line = error instanceof TomlError ? `line ${error.line}: ` : '';
    const message = `${line}${String(error instanceof Error ? error.message : error).split('\n')[0]}`;
    throw wrong(path, message, 'correct the line; nothing was changed');
  }
}

function textAt(table: unknown, keys: readonly string[]): string | undefined {
  const value = keys.reduce<unknown>((at, key) => (isJsonObject(at) ? at[key] : undefined), table);
  return typeof value === 'string' ? value : undefined;
}

const wrong = (path: string, message: string, hint: string): HomeError =>
  new HomeError({ code: 'home/settings', message: `${path}: ${message}`, hint, data: { path } });
