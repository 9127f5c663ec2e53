import { isJsonObject, type Json, type JsonObject } from '../../base/index.ts';
import { problemsError } from '../error.ts';
import { parseToml, printToml, setToml, type TomlText } from './toml-text.ts';

/** `CAPABILITY.toml`: what an agent says it can do; the datum form and that of oracle1 are read (datum §15). */
export interface CapabilityFile {
  readonly toml: TomlText;
  readonly name: string;
  readonly role: string;
  readonly description: string;
  readonly capabilities: readonly Capability[];
  readonly lastActive?: string;
}

export interface Capability {
  readonly name: string;
  /** 0 to 1. */
  readonly confidence: number;
  readonly description: string;
  /** ISO date or time. */
  readonly lastUsed?: string;
}

/** Reads a capability file; throws `folder/bad-capability` when it has no `[agent]`. */
export function parseCapabilityFile(content: Uint8Array | string, file: string): CapabilityFile {
  const toml = parseToml(content, file);
  const { agent, capabilities, metadata } = toml.value;
  if (!isJsonObject(agent)) {
    throw problemsError('folder/bad-capability', [
      { file, line: 1, message: 'no [agent] table', hint: 'add [agent] with `name = "…"`' },
    ]);
  }
  const lastActive =
    text(isJsonObject(metadata) ? metadata['last_active'] : undefined) ??
    text(agent['last_active']);
  return {
    toml,
    name: text(agent['name']) ?? '',
    role: text(agent['role']) ?? '',
    description: text(agent['description']) ?? '',
    capabilities: isJsonObject(capabilities) ? Object.entries(capabilities).flatMap(readOne) : [],
    ...(lastActive === undefined ? {} : { lastActive }),
  };
}

/** The text of a capability file, byte for byte as read. */
export const printCapabilityFile = ({ toml }: CapabilityFile): string => printToml(toml);

const text = (value: Json | undefined): string | undefined =>
  typeof value === 'string' ? value : undefined;

function readOne([name, value]: readonly [string, Json]): readonly Capability[] {
  if (!isJsonObject(value)) return [];
  const lastUsed = text(value['last_used']);
  const { confidence } = value;
  return [
    {
      name,
      confidence: typeof confidence === 'number' ? Math.min(1, Math.max(0, confidence)) : 0,
      description: text(value['description']) ?? '',
      ...(lastUsed === undefined ? {} : { lastUsed }),
    },
  ];
}

/** The file with one key changed in place. */
export function setCapability(
  file: CapabilityFile,
  change: { readonly table: string; readonly key: string; readonly value: JsonObject[string] },
): CapabilityFile {
  return parseCapabilityFile(printToml(setToml(file.toml, change)), file.toml.source.file);
}
