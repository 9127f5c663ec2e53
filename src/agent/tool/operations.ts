import { type Clock, isJsonObject, type Json } from '../../base/index.ts';
import {
  answer,
  defineOperation,
  type EffectKind,
  type Handler,
  liveHandler,
  type Operation,
} from '../../effect/index.ts';
import { z } from '../../spec/index.ts';
import { AgentError } from '../error.ts';
import type { ToolRegistry } from './registry.ts';

const json: z.ZodType<Json, Json> = z.json();
const input = z.object({
  tool: z.string(),
  id: z.string(),
  input: json,
  /** Doing it again is going on with it. */
  resumable: z.literal(true).optional(),
});
const output = z.object({ output: json, latencyMillis: z.number() });

export type ToolArgs = z.output<typeof input>;
export type ToolOutput = z.output<typeof output>;

const operationFor = (verb: string, kind: EffectKind): Operation<ToolArgs, ToolOutput, ToolArgs> =>
  defineOperation({
    name: `tool/${verb}`,
    kind,
    input,
    output,
    idempotent: (args) => kind === 'read' || (isJsonObject(args) && args['resumable'] === true),
  });

/** One operation for each kind, so that guards and the record know what a tool may do. */
export const toolOperations: Readonly<
  Record<EffectKind, Operation<ToolArgs, ToolOutput, ToolArgs>>
> = Object.freeze({
  read: operationFor('read', 'read'),
  write: operationFor('write', 'write'),
  external: operationFor('external', 'external'),
  highRisk: operationFor('high-risk', 'highRisk'),
});

/** Performs the tools of a registry; the clock measures how long each took. */
export function liveTools(registry: ToolRegistry, clock: Pick<Clock, 'now'>): Handler {
  return liveHandler(
    'tools',
    Object.values(toolOperations).map((operation) =>
      answer(operation, async ({ tool: name, input: given }, { signal }) => {
        const tool = registry.get(name);
        if (tool === undefined) throw notRegistered(name);
        const started = clock.now();
        const result = await tool.run(given, signal === undefined ? {} : { signal });
        return { output: result, latencyMillis: Math.round((clock.now() - started) / 1000) };
      }),
    ),
  );
}

const notRegistered = (tool: string): AgentError =>
  new AgentError({
    code: 'agent/tool-not-registered',
    message: `no tool ${tool} is registered`,
    hint: 'use one of the tools that are offered',
    data: { tool },
  });
