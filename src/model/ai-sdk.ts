import type {
  JSONValue,
  LanguageModelV3,
  LanguageModelV3CallOptions,
  LanguageModelV3Message,
  LanguageModelV3StreamPart,
  LanguageModelV3Usage,
} from '@ai-sdk/provider';
import type { Json } from '../base/index.ts';
import type { ModelAnswer, ModelMessage, ModelRequest, ToolCall } from './generate.ts';
import { estimateTokens } from './tokens.ts';

/** How a request is put to a provider. */
export interface CallContext {
  readonly signal?: AbortSignal;
  readonly onText?: (piece: string) => void;
  readonly now: () => number;
  /** Name of the provider's options, for cache breakpoints; none when it has no such thing. */
  readonly cacheOption?: string;
}

/** Streams one request through a provider of the AI SDK and gathers the answer. */
export async function callProvider(
  provider: LanguageModelV3,
  request: ModelRequest,
  context: CallContext,
): Promise<ModelAnswer> {
  const started = context.now();
  const answer = new Gathering(provider.modelId);
  const { stream } = await provider.doStream(callOptions(request, context));
  try {
    for await (const part of stream) answer.add(part, context.onText);
  } catch (error) {
    if (context.signal?.aborted !== true) throw error;
    answer.finish = 'aborted';
  }
  return answer.result((context.now() - started) / 1000);
}

/** The pieces of one streamed answer. */
class Gathering {
  finish: ModelAnswer['finish'] = 'aborted';
  #model: string;
  #text = '';
  #toolCalls: ToolCall[] = [];
  #usage: LanguageModelV3Usage | undefined;

  constructor(model: string) {
    this.#model = model;
  }

  add(part: LanguageModelV3StreamPart, onText?: (piece: string) => void): void {
    if (part.type === 'text-delta') {
      this.#text += part.delta;
      onText?.(part.delta);
    } else if (part.type === 'tool-call') {
      const { toolCallId: id, toolName: name } = part;
      this.#toolCalls.push({ id, name, input: readInput(part.input) });
    } else if (part.type === 'response-metadata') {
      this.#model = part.modelId ?? this.#model;
    } else if (part.type === 'error') {
      throw part.error;
    } else if (part.type === 'finish') {
      const { unified } = part.finishReason;
      this.finish = unified === 'error' ? 'other' : unified;
      this.#usage = part.usage;
    }
  }

  result(latencyMillis: number): ModelAnswer {
    const { inputTokens, outputTokens } = this.#usage ?? {};
    const measured = inputTokens?.total !== undefined && outputTokens?.total !== undefined;
    return {
      model: this.#model,
      text: this.#text,
      toolCalls: this.#toolCalls,
      finish: this.finish,
      tokens: {
        input: inputTokens?.total ?? 0,
        output: outputTokens?.total ?? estimateTokens(this.#text),
        cacheRead: inputTokens?.cacheRead ?? 0,
        cacheWrite: inputTokens?.cacheWrite ?? 0,
      },
      measured,
      latencyMillis,
    };
  }
}

/** A tool's input; text that is no JSON stays text, and the tool's own schema refuses it. */
function readInput(text: string): ToolCall['input'] {
  try {
    return text === '' ? {} : (JSON.parse(text) as ToolCall['input']);
  } catch {
    return text;
  }
}

function callOptions(request: ModelRequest, context: CallContext): LanguageModelV3CallOptions {
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
    ...(context.signal === undefined ? {} : { abortSignal: context.signal }),
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
