import { join } from 'node:path';
import { parse, TomlError } from 'smol-toml';
import { type Disk, isJsonObject } from '../base/index.ts';
import { HomeError } from './error.ts';
import { foreignFolder, isAgentName } from './foreign.ts';

/** What `datum.toml` says; every field has a default. */
export interface Settings {
  readonly agent: string;
  /** When what a command wrote is committed to git. */
  readonly commit: 'command' | 'session' | 'never';
  readonly keeperUrl: string | undefined;
}

export const defaultSettings: Settings = Object.freeze({
  agent: 'datum',
  commit: 'command',
  keeperUrl: undefined,
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
  return { agent, commit, keeperUrl: textAt(table, ['keeper', 'url']) };
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
