import type {
  JSONValue,
  LanguageModelV3,
  LanguageModelV3CallOptions,
  LanguageModelV3Message,
  LanguageModelV3StreamPart,
  LanguageModelV3Usage,
} from '@ai-sdk/provider';
import { DatumError, type Json } from '../base/index.ts';
import type { Timer } from '../effect/index.ts';
import { type FailedCall, modelFailure, stopped, timedOut } from './failure.ts';
import type { ModelAnswer, ModelMessage, ModelPiece, ModelRequest, ToolCall } from './generate.ts';
import { timeWatch } from './time-watch.ts';
import { estimateTokens, requestTokens } from './tokens.ts';

/** How a request is put to a provider. */
export interface CallContext {
  readonly signal?: AbortSignal;
  readonly onPiece?: (piece: ModelPiece) => void;
  /** Microseconds. */
  readonly now: () => number;
  readonly timer: Timer;
  /** The call ends with `model/timeout` when nothing arrives for so long. */
  readonly idleMillisMax: number;
  /** … or when the whole answer takes so long. */
  readonly totalMillisMax: number;
  readonly provider: string;
  /** Takes keys out of what goes into an error. */
  readonly hide: (text: string) => string;
  /** Name of the provider's options, for cache breakpoints; none when it has no such thing. */
  readonly cacheOption?: string;
}

/**
 * Streams one request through a provider of the AI SDK and gathers the answer. What had arrived when
 * the caller aborted is the answer, with `finish: 'aborted'`; every failure is a `ModelError`.
 */
export async function callProvider(
  open: () => Promise<LanguageModelV3>,
  request: ModelRequest,
  context: CallContext,
): Promise<ModelAnswer> {
  const { now, signal } = context;
  const started = now();
  const watch = timeWatch({ ...context, ...(signal && { signal }) });
  const answer = new Gathering(request);
  try {
    const provider = await open();
    const { stream } = await provider.doStream(callOptions(request, context, watch.signal));
    answer.begun = true;
    for await (const part of stream) {
      watch.touch();
      answer.add(part, context.onPiece);
    }
    if (answer.finish === undefined) throw new TypeError('terminated');
  } catch (error) {
    if (signal?.aborted !== true || !answer.begun) {
      const call: FailedCall = {
        provider: context.provider,
        model: request.model,
        now: now(),
        hide: context.hide,
        ...(answer.begun ? { spent: answer.tokens() } : {}),
      };
      if (watch.over !== undefined) throw timedOut(watch.over, call);
      throw signal?.aborted === true ? stopped(call) : modelFailure(error, call);
    }
    answer.cut(signal.reason);
  } finally {
    watch.stop();
  }
  return answer.result((now() - started) / 1000);
}

/** The pieces of one streamed answer. */
class Gathering {
  /** True once the provider has begun to answer. */
  begun = false;
  finish: ModelAnswer['finish'] | undefined;
  readonly #request: ModelRequest;
  #model: string;
  #text = '';
  /** What is paid for beside the text. */
  #hidden = '';
  #cutReason: string | undefined;
  #toolCalls: ToolCall[] = [];
  #usage: LanguageModelV3Usage | undefined;

  constructor(request: ModelRequest) {
    this.#request = request;
    this.#model = request.model;
  }

  add(part: LanguageModelV3StreamPart, onPiece?: (piece: ModelPiece) => void): void {
    if (part.type === 'text-delta') {
      if (part.delta === '') return;
      this.#text += part.delta;
      onPiece?.(part.delta);
    } else if (part.type === 'tool-input-delta' || part.type === 'reasoning-delta') {
      if (part.delta === '') return;
      this.#hidden += part.delta;
      onPiece?.({ hidden: part.delta });
    } else if (part.type === 'tool-call') {
      const { toolCallId: id, toolName: name } = part;
      this.#toolCalls.push({ id, name, input: readInput(part.input) });
    } else if (part.type === 'response-metadata') {
      this.#model = part.modelId ?? this.#model;
    } else if (part.type === 'error') {
      throw part.error;
    } else if (part.type === 'finish') {
      const { unified, raw } = part.finishReason;
      this.#usage = part.usage;
      // The stream ended, and the provider has not said that the answer did.
      if (unified === 'other' && raw === undefined) throw new TypeError('terminated');
      this.finish = unified === 'error' ? 'other' : unified;
    }
  }

  /** Ends the answer where it is. */
  cut(reason: unknown): void {
    this.finish = 'aborted';
    if (reason instanceof DatumError) this.#cutReason = `${reason.code}: ${reason.message}`;
  }

  /** As the provider counted them; estimated from the texts where it did not. */
  tokens(): ModelAnswer['tokens'] {
    const { inputTokens, outputTokens } = this.#usage ?? {};
    return {
      input: inputTokens?.total ?? requestTokens(this.#request),
      output: outputTokens?.total ?? estimateTokens(this.#text + this.#hidden),
      cacheRead: inputTokens?.cacheRead ?? 0,
      cacheWrite: inputTokens?.cacheWrite ?? 0,
    };
  }

  result(latencyMillis: number): ModelAnswer {
    const { inputTokens, outputTokens } = this.#usage ?? {};
    return {
      model: this.#model,
      // Half a character, which JSON can spell, is no text that can be recorded.
      text: this.#text.toWellFormed(),
      toolCalls: this.#toolCalls,
      finish: this.finish ?? 'other',
      ...(this.#cutReason === undefined ? {} : { cutReason: this.#cutReason }),
      tokens: this.tokens(),
      measured: inputTokens?.total !== undefined && outputTokens?.total !== undefined,
      latencyMillis,
    };
  }
}

const wellFormed = (_: string, value: unknown): unknown =>
  typeof value === 'string' ? value.toWellFormed() : value;

/** A tool's input; text that is no JSON stays text, and the tool's own schema refuses it. */
function readInput(text: string): ToolCall['input'] {
  try {
    return text === '' ? {} : (JSON.parse(text, wellFormed) as ToolCall['input']);
  } catch {
    return text;
  }
}

function callOptions(
  request: ModelRequest,
  context: CallContext,
  abortSignal: AbortSignal,
): LanguageModelV3CallOptions {
  const { temperature, answerSchema } = request;
  return {
    prompt: [...systemMessages(request, context), ...request.messages.map(messageOf)],
    maxOutputTokens: request.maxOutputTokens,
    ...(temperature === undefined ? {} : { temperature }),
    ...(answerSchema === undefined
      ? {}
      : { responseFormat: { type: 'json' as const, schema: answerSchema } }),
    ...(request.tools.length === 0
      ? {}
      : {
          tools: request.tools.map(({ name, description, input }) => ({
            type: 'function' as const,
            name,
            description,
            inputSchema: input,
          })),
        }),
    abortSignal,
  };
}

/** One system message a section, so that a cache may break after a marked one. */
function systemMessages(
  { system }: ModelRequest,
  { cacheOption }: CallContext,
): readonly LanguageModelV3Message[] {
  if (cacheOption === undefined) {
    const text = system.map((section) => section.text).join('');
    return text === '' ? [] : [{ role: 'system', content: text }];
  }
  return system.map(({ text, cacheBreak }) => ({
    role: 'system',
    content: text,
    ...(cacheBreak
      ? { providerOptions: { [cacheOption]: { cacheControl: { type: 'ephemeral' } } } }
      : {}),
  }));
}

function messageOf(message: ModelMessage): LanguageModelV3Message {
  if (message.role === 'user') {
    return { role: 'user', content: [{ type: 'text', text: message.text }] };
  }
  if (message.role === 'assistant') {
    const text = message.text === '' ? [] : [{ type: 'text' as const, text: message.text }];
    const calls = message.toolCalls.map(({ id, name, input }) => ({
      type: 'tool-call' as const,
      toolCallId: id,
      toolName: name,
      input,
    }));
    return { role: 'assistant', content: [...text, ...calls] };
  }
  return {
    role: 'tool',
    content: message.results.map(({ id, name, content, error }) => ({
      type: 'tool-result',
      toolCallId: id,
      toolName: name,
      output: toolOutput(content, error),
    })),
  };
}

function toolOutput(content: Json, error: boolean) {
  if (typeof content === 'string') {
    return { type: error ? ('error-text' as const) : ('text' as const), value: content };
  }
  const value = content as JSONValue;
  return { type: error ? ('error-json' as const) : ('json' as const), value };
}
