/** `model`: language models behind one operation, and what they cost. */
export { type EmbedAnswer, type EmbedRequest, embed, embedTexts } from './embed.ts';
export { EMBEDDED_MODEL } from './embedded.ts';
export { ModelError, passingCodes } from './error.ts';
export {
  askedModel,
  generate,
  type ModelAnswer,
  type ModelMessage,
  type ModelPiece,
  type ModelRequest,
  type ModelRequestInput,
  type ModelTool,
  modelAnswer,
  modelRequest,
  paidText,
  shownText,
  type ToolCall,
  type ToolResult,
} from './generate.ts';
export { type KeyKeeper, type KeyLookup, type Keys, keyRedactor, keysOf } from './keys.ts';
export { type LiveModelOptions, liveModels } from './live.ts';
export { costOf, type Price, type PriceEntry, roundUsd, type Tokens } from './price.ts';
export {
  type Cost,
  embeddingCost,
  knownPrices,
  priceFacts,
  priceOf,
  priceTokens,
} from './price-list.ts';
export { startingEmbeddingPrices, startingPrices } from './price-table.ts';
export type { Provider, ProviderContext } from './provider.ts';
export { chooseProvider, providers } from './providers.ts';
export { reachableModels } from './reachable.ts';
export {
  type Exchange,
  type Recording,
  type RecordingOptions,
  readExchange,
  recordingFetch,
  replayingFetch,
  sentBody,
} from './recording-fetch.ts';
export { isReplay } from './replay.ts';
export { requestParts } from './request-parts.ts';
export { estimateTokens, requestTokens } from './tokens.ts';
export { type Usable, type UsableOptions, usableProviders } from './usable.ts';
export { type VertexPackage, vertexProvider } from './vertex.ts';
