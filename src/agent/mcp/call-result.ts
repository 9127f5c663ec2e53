import { isJsonObject, type Json } from '../../base/index.ts';

/** What a server answered to a call: what a model gets of it, and whether it was an error. */
export interface CallResult {
  readonly output: Json;
  readonly error: boolean;
}

/**
 * The result of a tool call as JSON: structured content where there is some, else the texts; of
 * images and sounds their kind and size, for nothing here shows them.
 */
export function callResult(result: unknown): CallResult {
  const { content, structuredContent, isError } = (result ?? {}) as Readonly<
    Record<string, unknown>
  >;
  const blocks = Array.isArray(content) ? content : [];
  const texts = blocks.map(blockText).filter((text) => text !== '');
  const output = isJsonObject(structuredContent) ? (structuredContent as Json) : texts.join('\n');
  return { output: isError === true ? texts.join('\n') : output, error: isError === true };
}

function blockText(block: unknown): string {
  const { type, text, mimeType, data, uri, name, resource } = (block ?? {}) as Readonly<
    Record<string, unknown>
  >;
  if (type === 'text') return typeof text === 'string' ? text : '';
  if (type === 'resource_link') return `[${String(name ?? 'resource')}: ${String(uri ?? '')}]`;
  if (type === 'resource') {
    const { text: inside, uri: address } = (resource ?? {}) as Readonly<Record<string, unknown>>;
    return typeof inside === 'string' ? inside : `[resource ${String(address ?? '')}]`;
  }
  const size = typeof data === 'string' ? `, ${Math.floor((data.length * 3) / 4)} bytes` : '';
  return `[${String(type ?? 'nothing')} ${String(mimeType ?? '')}${size}]`;
}
