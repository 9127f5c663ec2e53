import { bulletsOf, sectionsOf } from './sections.ts';
import type { ToolsFile } from './tools-file.ts';

/**
 * Whether an agent may run programs it writes: `sandboxed`, only where a sandbox works; `unsandboxed`,
 * also without one.
 */
export type ProcessSetting = 'no' | 'sandboxed' | 'unsandboxed';

/**
 * The line `- processes: sandboxed` under `## Code sandbox` of tools.md; `no` when there is none, or
 * when it says something else. Of several the strictest counts.
 */
export function processSetting({ source }: Pick<ToolsFile, 'source'>): ProcessSetting {
  const values = sectionsOf(source)
    .filter(({ heading }) => /^code sandbox\b/i.test(heading))
    .flatMap((section) => bulletsOf(source, section))
    .flatMap(({ text }) => /^`?processes`?\s*:\s*`?([a-z]+)`?/i.exec(text)?.[1] ?? []);
  const order = ['no', 'sandboxed', 'unsandboxed'] as const;
  const found = values.map((value) => order.indexOf(value.toLowerCase() as ProcessSetting));
  return found.length === 0 ? 'no' : (order[Math.max(0, Math.min(...found))] as ProcessSetting);
}
