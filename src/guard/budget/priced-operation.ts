import { DatumError, type Json } from '../../base/index.ts';
import { failureOf, writtenArguments } from '../../effect/index.ts';
import type { Database } from '../../fact/index.ts';
import {
  costOf,
  type EmbedAnswer,
  type EmbedRequest,
  embed,
  embeddingCost,
  generate,
  type ModelAnswer,
  type ModelRequest,
  type Price,
  paidText,
  priceOf,
} from '../../model/index.ts';
import type { Worst } from './decide.ts';
import { type MicroUsd, microUsd } from './money.ts';

/** What a call has cost; `estimated` when nobody counted its tokens or its price is not known. */
export interface Cost {
  readonly usd: MicroUsd;
  readonly estimated: boolean;
}

/** How an operation is paid for. */
export interface PricedOperation {
  readonly operation: string;
  readonly modelOf: (args: Json) => string;
  readonly withModel: (args: Json, model: string) => Json;
  readonly worst: (args: Json, prices: Database) => Promise<Worst>;
  readonly cost: (args: Json, result: Json, prices: Database) => Promise<Cost>;
  /** For what is answered in pieces: the cost so far, told after each piece. */
  readonly meter?: (args: Json, prices: Database) => Promise<(piece: Json) => MicroUsd>;
}

/** Tokens a provider may add of its own to a request: frames of messages, its words on tools. */
const addedTokensMax = 1000;

/** The usual length of a token, as `estimateTokens` has it. */
const BYTES_PER_TOKEN = 4;

/** Bytes of a request as the provider counts it, frames included: a list of what it is made of. */
function bytesOf(args: Json): number {
  const { members } = writtenArguments(args);
  const bytesAt = (key: keyof ModelRequest): number => {
    const member = members.find((each) => each.key === key);
    return member === undefined ? 'null'.length : member.bytes + member.longBytes;
  };
  return COUNTED.reduce((sum, key) => sum + bytesAt(key), '[,,,]'.length);
}

const COUNTED = ['system', 'messages', 'tools', 'answerSchema'] as const;

const tokensOf = (bytes: number): number => Math.ceil(bytes / BYTES_PER_TOKEN);

const requestOf = (args: Json): ModelRequest => args as Json & ModelRequest;

/** Language models: the input at its length and the most output the request allows. */
export const pricedGenerate: PricedOperation = Object.freeze<PricedOperation>({
  operation: generate.name,
  modelOf: (args) => requestOf(args).model,
  withModel: (args, model) => ({ ...requestOf(args), model }) as Json & ModelRequest,
  worst: async (args, prices) => {
    const request = requestOf(args);
    const bytes = bytesOf(args);
    const price = dearest(await priceOf(request.model, prices));
    const output = request.maxOutputTokens;
    const usd = (input: number): MicroUsd => Math.ceil(input * price.input + output * price.output);
    return { estimate: usd(tokensOf(bytes)), bound: usd(bytes + addedTokensMax) };
  },
  cost: async (args, result, prices) => {
    const request = requestOf(args);
    const { tokens, measured } = result as Json & ModelAnswer;
    const { estimated, ...price } = await priceOf(request.model, prices);
    const counted = measured ? tokens : { ...tokens, input: tokensOf(bytesOf(args)) };
    return { usd: microUsd(costOf(price, counted)), estimated: estimated || !measured };
  },
  meter: async (args, prices) => {
    const request = requestOf(args);
    const price = await priceOf(request.model, prices);
    const input = tokensOf(bytesOf(args)) * price.input;
    let bytes = 0;
    return (piece) => {
      bytes += Buffer.byteLength(paidText(piece));
      return Math.ceil(input + (bytes / BYTES_PER_TOKEN) * price.output);
    };
  },
});

/** Characters of a token at least, for the texts that are embedded (atomic-runtime §7.1). */
const EMBEDDED_BYTES_PER_TOKEN = 3;

/** Embedding models: their input alone. */
export const pricedEmbed: PricedOperation = Object.freeze<PricedOperation>({
  operation: embed.name,
  modelOf: (args) => embedOf(args).model,
  // A language model, which is what a cap falls back to, cannot embed.
  withModel: (args) => args,
  worst: async (args) => {
    const { model, texts } = embedOf(args);
    const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
    const usd = (tokens: number): MicroUsd => microUsd(embeddingCost(model, tokens).usd);
    return { estimate: usd(Math.ceil(bytes / EMBEDDED_BYTES_PER_TOKEN)), bound: usd(bytes) };
  },
  cost: async (args, result) => {
    const { tokens, measured } = result as Json & EmbedAnswer;
    const { usd, estimated } = embeddingCost(embedOf(args).model, tokens);
    return { usd: microUsd(usd), estimated: estimated || !measured };
  },
});

const embedOf = (args: Json): EmbedRequest => args as Json & EmbedRequest;

/** No token of the input costs more than one that is also written to the cache. */
const dearest = ({ input, output, cacheWrite = 0 }: Price): Price => ({
  input: Math.max(input, cacheWrite),
  output,
});

/**
 * True when a failed call cannot have been paid for: it never left, or the provider answered with
 * an error instead of a result. A timeout or a cut connection is not among them.
 */
export function isUnpaid(error: unknown): boolean {
  const { mayHaveHappened } = failureOf(error);
  if (mayHaveHappened !== undefined) return !mayHaveHappened;
  return error instanceof DatumError && (error.kind === 'usage' || error.code === UNHANDLED);
}

/** Nothing in the stack performs the operation. */
const UNHANDLED = 'effect/unhandled';
