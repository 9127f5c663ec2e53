import type { Json } from '../base/index.ts';
import { defineOperation } from '../effect/index.ts';
import { z } from '../spec/index.ts';

/** JSON as read-only values. */
const json: z.ZodType<Json, Json> = z.json();

/** A call of a tool that the model asks for. */
const toolCall = z.object({ id: z.string(), name: z.string(), input: json });

/** The answer to one; `error` results are shown to the model as errors. */
const toolResult = z.object({
  id: z.string(),
  name: z.string(),
  content: json,
  error: z.boolean().default(false),
});

const message = z.discriminatedUnion('role', [
  z.object({ role: z.literal('user'), text: z.string() }),
  z.object({
    role: z.literal('assistant'),
    text: z.string(),
    toolCalls: z.array(toolCall).default([]),
  }),
  z.object({ role: z.literal('tool'), results: z.array(toolResult).min(1) }),
]);

const tool = z.object({
  name: z.string(),
  description: z.string(),
  /** JSON Schema of the input. */
  input: z.record(z.string(), json),
});

export const modelRequest = z.object({
  model: z.string().min(1),
  /** Sections of the system prompt in order; a provider's cache may break after a marked one. */
  system: z
    .array(z.object({ text: z.string(), cacheBreak: z.boolean().default(false) }))
    .default([]),
  messages: z.array(message).min(1),
  tools: z.array(tool).default([]),
  maxOutputTokens: z.int().positive(),
  temperature: z.number().min(0).max(2).optional(),
  /** JSON Schema that the answer's text must be an instance of. */
  answerSchema: z.record(z.string(), json).optional(),
});

export const modelAnswer = z.object({
  /** The model that answered, as the provider names it. */
  model: z.string(),
  text: z.string(),
  toolCalls: z.array(toolCall),
  finish: z.enum(['stop', 'length', 'tool-calls', 'content-filter', 'aborted', 'other']),
  tokens: z.object({
    input: z.int().nonnegative(),
    output: z.int().nonnegative(),
    cacheRead: z.int().nonnegative().default(0),
    cacheWrite: z.int().nonnegative().default(0),
  }),
  /** False when the provider reported no usage and the tokens are estimated. */
  measured: z.boolean().default(true),
  latencyMillis: z.number().nonnegative(),
});

export type ModelRequest = z.output<typeof modelRequest>;
export type ModelRequestInput = z.input<typeof modelRequest>;
export type ModelAnswer = z.output<typeof modelAnswer>;
export type ModelMessage = z.output<typeof message>;
export type ModelTool = z.output<typeof tool>;
export type ToolCall = z.output<typeof toolCall>;
export type ToolResult = z.output<typeof toolResult>;

/** One call of a language model; pieces of its text arrive through `onProgress`. */
export const generate = defineOperation({
  name: 'model/generate',
  kind: 'external',
  input: modelRequest,
  output: modelAnswer,
});
