import type { EffectKind } from '../../effect/index.ts';
import type { ActionClass, ToolsFile } from '../../folder/index.ts';

/** What an action class means for the handlers: reads may run side by side, the rest is announced first. */
export const kindOfClass: Readonly<Record<ActionClass, EffectKind>> = Object.freeze({
  read_only: 'read',
  reversible_write: 'write',
  external_side_effect: 'external',
  high_risk: 'highRisk',
});

/** The class of a tool: what tools.md says of it, or of all tools of its server, else its own. */
export function classOfTool(tool: string, own: ActionClass, tools: ToolsFile): ActionClass {
  const all = `${tool.split('__')[0]}__*`;
  const find = (name: string) => tools.classification.find((each) => each.tool === name);
  return (find(tool) ?? find(all))?.actionClass ?? own;
}
