import { isJsonObject, type Json, type JsonObject } from '../base/index.ts';
import { defineOperation } from '../effect/index.ts';
import { z } from '../spec/index.ts';

/** JSON as read-only values. */
const json: z.ZodType<Json, Json> = z.json();

/** An object whose parts stay the objects they are; that all is JSON is checked of every effect's arguments. */
const jsonObject = z.looseObject({}) as unknown as z.ZodType<JsonObject, JsonObject>;

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
  input: jsonObject,
});

export const modelRequest = z.object({
  model: z.string().min(1),
  /** The provider model.md names; it counts where several serve the model. */
  provider: z.string().optional(),
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
  /** The id it was asked by, which is what it is paid by; `model` when absent. */
  asked: z.string().optional(),
  text: z.string(),
  toolCalls: z.array(toolCall),
  finish: z.enum(['stop', 'length', 'tool-calls', 'content-filter', 'aborted', 'other']),
  /** Why a guard cut it off; absent when the caller did, or nobody. */
  cutReason: z.string().optional(),
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

/** The id a model was asked by, as prices know it: a cap may have moved the call to the fallback. */
export const askedModel = ({ asked, model }: Pick<ModelAnswer, 'asked' | 'model'>): string =>
  asked ?? model;

/**
 * What arrives through `onProgress` while a model answers: a piece of its text, or a piece that is
 * paid for and not shown (a tool's input, its thinking).
 */
export type ModelPiece = string | { readonly hidden: string };

/** The text of a piece that may be shown; `undefined` for one that is only paid for. */
export const shownText = (piece: Json): string | undefined =>
  typeof piece === 'string' ? piece : undefined;

/** All of a piece that is paid for, for those who count. */
export function paidText(piece: Json): string {
  if (typeof piece === 'string') return piece;
  const hidden = isJsonObject(piece) ? piece['hidden'] : undefined;
  return typeof hidden === 'string' ? hidden : '';
}

/**
 * One call of a language model; its pieces arrive through `onProgress`. When its signal aborts, what
 * had arrived is the answer; a signal whose reason is an error of a guard leaves it as `cutReason`.
 */
export const generate = defineOperation({
  name: 'model/generate',
  kind: 'external',
  input: modelRequest,
  output: modelAnswer,
});
