import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { AgentWorld, ProgramTrust } from '../../src/agent/index.ts';
import { systemClock } from '../../src/base/index.ts';
import { type ScriptedModel, scriptedModel, testAgent } from './agent-world.ts';

/** Writes files below a folder; names that end in `!` become executable. */
export function plant(root: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    const path = join(root, name.replace(/!$/, ''));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    if (name.endsWith('!')) chmodSync(path, 0o755);
  }
}

export type TrustRule = (path: string, hash: string) => ProgramTrust;

/** A copy of harbor with files of its own, on a machine that trusts as the rule says. */
export async function toolAgent(
  files: Readonly<Record<string, string>>,
  {
    model = scriptedModel([]),
    trust = () => 'trusted',
    environment = {},
  }: {
    readonly model?: ScriptedModel;
    readonly trust?: TrustRule;
    readonly environment?: Readonly<Record<string, string>>;
  } = {},
) {
  const agent = await testAgent(model, (root) => plant(root, files));
  const copies = realpathSync(mkdtempSync(join(tmpdir(), 'datum-copies-')));
  onTestFinished(() => rmSync(copies, { recursive: true, force: true }));
  const world: AgentWorld = {
    ...agent.world,
    timer: systemClock,
    programs: {
      trust,
      folder: copies,
      environment: { PATH: process.env['PATH'] ?? '', HOME: agent.root, ...environment },
      node: process.execPath,
    },
  };
  return { ...agent, world };
}

/** A model that calls one tool once, then says done. */
export const callsTool = (name: string, input: object, ...more: readonly object[]): ScriptedModel =>
  scriptedModel([
    {
      toolCalls: [input, ...more].map((each, index) => ({
        id: `call-${index}`,
        name,
        input: { ...each },
      })),
    },
    { text: 'done' },
  ]);

/** What the model was answered to its tool calls. */
export function answersTo(model: ScriptedModel) {
  const message = model.requests[1]?.messages.at(-1);
  if (message?.role !== 'tool') throw new Error('the model was answered no tool call');
  return message.results;
}

/** A description of a tool, as its file has it. */
export const describe = (fields: Readonly<Record<string, unknown>>): string =>
  [
    '---',
    ...Object.entries(fields).map(([key, value]) => `${key}: ${JSON.stringify(value)}`),
    '---',
    '',
  ].join('\n');
