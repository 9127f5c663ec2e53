import { basename, join } from 'node:path';
import { DatumError, isJsonObject, type JsonObject } from '../../base/index.ts';
import {
  ACTION_CLASSES,
  isToolName,
  type ManifestEntry,
  parseToolDescriptor,
  parseToolManifest,
  TOOL_TIMEOUT_SECONDS,
} from '../../folder/index.ts';
import { AgentError } from '../error.ts';
import { type FileWorld, readPlainFile } from './plain-file.ts';
import { hashedProgram, type LeftOut, type Program } from './program.ts';

/** The programs of one tools folder, and what in it cannot be one. */
export interface ProgramFolder {
  readonly programs: readonly Program[];
  readonly leftOut: readonly LeftOut[];
}

const TEXT = /\.(?:md|json|toml|txt)$/;

/** True for a name that cannot be a program's file. */
export const isText = (name: string): boolean => TEXT.test(name);

/**
 * Reads the programs of a tools folder (its path in the home): those that have a description
 * `<name>.md` (atomic-backends §7), and those that `manifest.json` lists (datum §13). Nothing of
 * them runs. Links are refused, and a wrong description leaves its program out, named.
 */
export function readPrograms(folder: string, world: FileWorld): ProgramFolder {
  const names = namesIn(folder, world);
  const programs: Program[] = [];
  const leftOut: LeftOut[] = [];
  const attempt = (name: string, read: () => Program): void => {
    try {
      programs.push(read());
    } catch (error) {
      if (!(error instanceof DatumError)) throw error;
      leftOut.push({ name, reason: error.message });
    }
  };
  for (const name of names.filter(isDescription)) {
    const stem = name.slice(0, -'.md'.length);
    attempt(stem, () => describedProgram(stem, { folder, names, world }));
  }
  if (names.includes('manifest.json')) {
    const described = new Set(programs.map((program) => program.name));
    try {
      for (const entry of manifestEntries(folder, world)) {
        if (described.has(entry.name)) continue;
        attempt(entry.name, () => listedProgram(entry, { folder, names, world }));
      }
    } catch (error) {
      if (!(error instanceof DatumError)) throw error;
      leftOut.push({ name: 'manifest.json', reason: error.message });
    }
  }
  return { programs, leftOut };
}

interface Place {
  readonly folder: string;
  readonly names: readonly string[];
  readonly world: FileWorld;
}

function namesIn(folder: string, { root, disk }: FileWorld): readonly string[] {
  const parts = folder.split('/');
  const isReal = parts.every((_, index) => {
    const part = join(root, ...parts.slice(0, index + 1));
    return disk.lstat(part, { throwIfNoEntry: false })?.isDirectory() === true;
  });
  return isReal ? disk.list(join(root, folder)) : [];
}

const isDescription = (name: string): boolean =>
  name.endsWith('.md') && !/^[._]/.test(name) && name !== 'README.md';

function describedProgram(stem: string, { folder, names, world }: Place): Program {
  const file = `${folder}/${stem}.md`;
  const descriptor = parseToolDescriptor(readPlainFile(file, world), file);
  const { source, inputSchema, command, files, ...words } = descriptor;
  const handler = handlerOf(stem, names);
  if (handler === undefined && command === undefined) throw noHandler(file);
  const own = [...(handler === undefined ? [] : [handler]), ...files];
  return hashedProgram({
    ...words,
    path: handler === undefined ? file : `${folder}/${handler}`,
    input: inputSchema,
    protocol: 'json',
    ...(command === undefined ? {} : { command }),
    files: own.map((name) => ({ name, content: readPlainFile(beside(folder, name), world) })),
  });
}

/** The one file `<stem>` or `<stem>.<extension>` that is not text. */
function handlerOf(stem: string, names: readonly string[]): string | undefined {
  const found = names.filter(
    (name) => !isText(name) && (name === stem || name.replace(/\.[^.]+$/, '') === stem),
  );
  if (found.length < 2) return found[0];
  throw new AgentError({
    code: 'agent/program-refused',
    message: `${found.join(' and ')} could both be the program of ${stem}`,
    hint: 'remove one of them, or give it another name',
  });
}

function manifestEntries(folder: string, world: FileWorld): readonly ManifestEntry[] {
  const file = `${folder}/manifest.json`;
  const { tools } = parseToolManifest(readPlainFile(file, world), file);
  return tools.filter(({ category, value }) => category === 'script' && 'path' in value);
}

const ARGUMENTS: JsonObject = {
  type: 'object',
  properties: { args: { type: 'array', items: { type: 'string' }, description: 'arguments' } },
  additionalProperties: false,
};

function listedProgram({ name, value }: ManifestEntry, { folder, world }: Place): Program {
  const { path, description, input_schema: schema, classification } = value;
  if (!isToolName(name)) throw badEntry(name, 'its name is not one for a tool');
  if (typeof description !== 'string') throw badEntry(name, 'it has no description');
  const file = typeof path === 'string' ? basename(path) : '';
  if (path !== `${folder}/${file}` && path !== file && path !== `tools/${file}`) {
    throw badEntry(name, `its path is not in ${folder}/`);
  }
  const actionClass = ACTION_CLASSES.find((each) => each === classification);
  return hashedProgram({
    path: `${folder}/${file}`,
    name,
    description,
    input: isJsonObject(schema) ? schema : ARGUMENTS,
    protocol: isJsonObject(schema) ? 'json' : 'arguments',
    actionClass: actionClass ?? 'external_side_effect',
    files: [{ name: file, content: readPlainFile(beside(folder, file), world) }],
    env: [],
    allow: [],
    timeoutSeconds: TOOL_TIMEOUT_SECONDS.default,
  });
}

function beside(folder: string, name: string): string {
  if (/^[^/\\\0]+$/.test(name) && name !== '.' && name !== '..') return `${folder}/${name}`;
  throw badEntry(name, `it is not a file in ${folder}/`);
}

const badEntry = (name: string, why: string): AgentError =>
  new AgentError({
    code: 'agent/program-refused',
    message: `${name} cannot be offered: ${why}`,
    hint: 'correct what the tools folder says about it',
  });

const noHandler = (file: string): AgentError =>
  new AgentError({
    code: 'agent/program-refused',
    message: `${file} has no program beside it and names no command`,
    hint: 'put its program beside it, under the same name, or write `command: [program, argument]`',
  });
