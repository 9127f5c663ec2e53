import { isJsonObject, type Json, type JsonObject } from '../../base/index.ts';
import { type FolderError, type Problem, problemsError } from '../error.ts';
import { printSource, readSource, type SourceText } from './source-text.ts';

/** `tools/manifest.json`: the tools, interpreters, compilers and recipes of a workshop (datum §13). */
export interface ToolManifest {
  readonly source: SourceText;
  /** Everything in the file, unknown keys included. */
  readonly value: JsonObject;
  readonly tools: readonly ManifestEntry[];
}

export interface ManifestEntry {
  readonly name: string;
  readonly category: ManifestCategory;
  /** The entry as it stands, unknown keys included. */
  readonly value: JsonObject;
}

/** A script is a tool of the list `tools`; the original lost it (D-14). */
const BUCKETS = {
  script: 'tools',
  interpreter: 'interpreters',
  compiler: 'compilers',
  recipe: 'recipes',
} as const;
export type ManifestCategory = keyof typeof BUCKETS;
const CATEGORIES = Object.keys(BUCKETS) as readonly ManifestCategory[];

export const NEW_TOOL_MANIFEST = JSON.stringify(
  { tools: [], interpreters: [], compilers: [], recipes: [] },
  undefined,
  2,
);

/** Reads a manifest; throws `folder/bad-manifest` when it is not what it should be. */
export function parseToolManifest(content: Uint8Array | string, file: string): ToolManifest {
  const source = readSource(content, file);
  const value = readObject(source);
  const tools = CATEGORIES.flatMap((category) => {
    const bucket = value[BUCKETS[category]] ?? [];
    if (!Array.isArray(bucket)) throw refuse(source, `\`${BUCKETS[category]}\` is not a list`);
    return bucket.map((entry: Json): ManifestEntry => {
      const name = isJsonObject(entry) ? entry['name'] : undefined;
      if (!isJsonObject(entry) || typeof name !== 'string') {
        throw refuse(source, `an entry of \`${BUCKETS[category]}\` has no name`);
      }
      return { name, category, value: entry };
    });
  });
  return { source, value, tools };
}

/** The text of a manifest, byte for byte as read. */
export const printToolManifest = ({ source }: ToolManifest): string => printSource(source);

function readObject(source: SourceText): JsonObject {
  const text = source.lines.join('');
  try {
    const value: unknown = JSON.parse(text);
    if (isJsonObject(value)) return value as JsonObject;
  } catch (error) {
    if (!(error instanceof SyntaxError) && !(error instanceof RangeError)) throw error;
    const position = Number(/position (\d+)/.exec(error.message)?.[1] ?? 0);
    throw refuse(source, 'not JSON', text.slice(0, position).split('\n').length);
  }
  throw refuse(source, 'not a JSON object');
}

function refuse({ file }: SourceText, message: string, line = 1): FolderError {
  const hint = 'correct the file by hand; nothing is written over it';
  const problem: Problem = { file, line, message, hint };
  return problemsError('folder/bad-manifest', [problem]);
}

/** The manifest with an entry added, or replaced when one of its category has the same name. */
export function registerTool(
  manifest: ToolManifest,
  category: ManifestCategory,
  entry: JsonObject & { readonly name: string },
): ToolManifest {
  const bucket = BUCKETS[category];
  const old = (manifest.value[bucket] ?? []) as readonly JsonObject[];
  const at = old.findIndex(({ name }) => name === entry.name);
  return rewrite(manifest, bucket, at < 0 ? [...old, entry] : old.with(at, entry));
}

/** The manifest without a tool; the same manifest when there is none of that name. */
export function unregisterTool(manifest: ToolManifest, name: string): ToolManifest {
  const found = manifest.tools.find((tool) => tool.name === name);
  if (found === undefined) return manifest;
  const bucket = BUCKETS[found.category];
  const old = manifest.value[bucket] as readonly JsonObject[];
  return rewrite(
    manifest,
    bucket,
    old.filter((entry) => entry['name'] !== name),
  );
}

/** Prints anew with the file's own indent, line end and final newline. */
function rewrite({ source, value }: ToolManifest, bucket: string, entries: readonly JsonObject[]) {
  const text = printSource(source);
  const indent = /\n([ \t]+)\S/.exec(text)?.[1] ?? '  ';
  const json = JSON.stringify({ ...value, [bucket]: entries }, undefined, indent);
  const final = text.endsWith('\n') ? '\n' : '';
  const printed = (json + final).replaceAll('\n', source.end);
  return parseToolManifest((source.bom ? '\ufeff' : '') + printed, source.file);
}
