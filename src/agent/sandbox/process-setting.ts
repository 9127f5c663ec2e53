import { hashOf } from '../../base/index.ts';
import { processSetting } from '../../folder/index.ts';
import { programHost } from '../stage/discover.ts';
import type { LoadedRun } from '../stage/load.ts';
import type { Tool } from '../tool/tool.ts';
import { processTool } from './process-tool.ts';

/** What a machine trusts when it lets the programs of an agent run without a sandbox. */
export const UNSANDBOXED = Object.freeze({
  name: (toolsFile: string): string => `${toolsFile}#code-sandbox`,
  hash: hashOf({ processes: 'unsandboxed' }),
});

/** The tool that runs programs, for agents whose tools.md has one. */
export function processTools(run: LoadedRun): readonly Tool[] {
  const setting = processSetting(run.source.tools);
  if (setting === 'no') return [];
  const name = UNSANDBOXED.name(run.snapshot.inHome('tools.md'));
  const trusted = run.world.programs?.trust(name, UNSANDBOXED.hash) === 'trusted';
  return [processTool({ host: programHost(run), setting, trusted })];
}
