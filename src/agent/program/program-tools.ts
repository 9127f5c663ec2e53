import { dirname } from 'node:path/posix';
import { DatumError, type JsonObject, type Sha256 } from '../../base/index.ts';
import type { EffectKind } from '../../effect/index.ts';
import type { ToolsFile } from '../../folder/index.ts';
import { AgentError } from '../error.ts';
import { classOfTool, kindOfClass } from '../tool/action-class.ts';
import { schemaTool } from '../tool/schema-tool.ts';
import type { Tool } from '../tool/tool.ts';
import type { ProgramTrust } from './machine.ts';
import type { LeftOut, Program } from './program.ts';
import { readPrograms } from './read-programs.ts';
import { type ProgramHost, runProgram } from './run-program.ts';

/** A program as a run offers it: enough to offer it again when the run is resumed. */
export interface OfferedProgram {
  readonly name: string;
  readonly description: string;
  readonly kind: EffectKind;
  readonly input: JsonObject;
  readonly path: string;
  readonly hash: Sha256;
}

/** The programs an agent may use here, and those left out. */
export interface ProgramOffer {
  readonly offered: readonly OfferedProgram[];
  readonly leftOut: readonly LeftOut[];
}

/**
 * Looks at the programs of tools folders, the first of a name counting, and offers what this machine
 * trusts as it is now. Nothing runs.
 */
export function offerPrograms(
  folders: readonly string[],
  { host, tools }: { readonly host: ProgramHost; readonly tools: ToolsFile },
): ProgramOffer {
  const read = folders.map((folder) => readPrograms(folder, host));
  const leftOut = read.flatMap((each) => each.leftOut);
  const offered = new Map<string, OfferedProgram>();
  for (const program of read.flatMap(({ programs }) => programs)) {
    const { name, description, input, path, hash } = program;
    if (offered.has(name)) continue;
    const trust = host.machine.trust(path, hash);
    if (trust !== 'trusted') {
      leftOut.push({ name, reason: distrust(path, trust) });
      continue;
    }
    const kind = kindOfClass[classOfTool(name, program.actionClass, tools)];
    offered.set(name, { name, description, kind, input, path, hash });
  }
  return { offered: [...offered.values()], leftOut };
}

/** Why something that was not trusted does not run. */
export const distrust = (path: string, trust: Exclude<ProgramTrust, 'trusted'>): string =>
  trust === 'changed'
    ? `${path} has changed since this machine trusted it (datum trust tools)`
    : `${path} is not trusted on this machine (datum trust tools)`;

/** The tool that runs an offered program; throws `spec/bad-schema` when its input cannot be checked. */
export const programTool = (offered: OfferedProgram, host: ProgramHost): Tool =>
  schemaTool({
    ...offered,
    run: async (input, { signal }) =>
      runProgram(trustedProgram(offered, host), { input, signal, host }),
  });

/** The program as it was offered; what has changed since does not run. */
function trustedProgram({ name, path, hash }: OfferedProgram, host: ProgramHost): Program {
  const { programs } = readPrograms(dirname(path), host);
  const found = programs.find((program) => program.path === path);
  const isSame = found?.hash === hash && host.machine.trust(path, hash) === 'trusted';
  if (found !== undefined && isSame) return found;
  throw new AgentError({
    code: 'agent/tool-not-trusted',
    kind: 'refused',
    message: `${name} is not what this run was offered: ${path} has changed`,
    hint: 'look at it, then trust it with: datum trust tools',
    data: { tool: name, path },
  });
}

/** Tools out of offers; one whose input cannot be checked is left out. */
export function toolsOf<Offered extends { readonly name: string }>(
  offers: readonly Offered[],
  make: (offered: Offered) => Tool,
): { readonly tools: readonly Tool[]; readonly leftOut: readonly LeftOut[] } {
  const tools: Tool[] = [];
  const leftOut: LeftOut[] = [];
  for (const offered of offers) {
    try {
      tools.push(make(offered));
    } catch (error) {
      if (!(error instanceof DatumError)) throw error;
      leftOut.push({ name: offered.name, reason: error.message });
    }
  }
  return { tools, leftOut };
}
