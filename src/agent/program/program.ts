import { hashOf, type JsonObject, type Sha256, sha256 } from '../../base/index.ts';
import type { ActionClass, ToolAllowance } from '../../folder/index.ts';

/** A program of the folder that an agent can be offered as a tool, with the bytes it consists of. */
export interface Program {
  /** Relative to the home: of its file, or of its description when it has none. */
  readonly path: string;
  readonly name: string;
  readonly description: string;
  /** JSON Schema of its input. */
  readonly input: JsonObject;
  readonly actionClass: ActionClass;
  /** How its input reaches it: as JSON on standard input, or as arguments. */
  readonly protocol: 'json' | 'arguments';
  /** What is started; absent: its file, as its name says how. */
  readonly command?: readonly string[];
  /** The first is the one that is run when there is no command. */
  readonly files: readonly ProgramFile[];
  readonly env: readonly string[];
  readonly allow: readonly ToolAllowance[];
  readonly timeoutSeconds: number;
  /** Over all of this: what a machine trusts. */
  readonly hash: Sha256;
}

export interface ProgramFile {
  /** Without folder. */
  readonly name: string;
  readonly content: Uint8Array;
}

/** A program with its hash, which changes with every byte of its files and every word about it. */
export function hashedProgram(program: Omit<Program, 'hash'>): Program {
  const { files, ...words } = program;
  const contents = files.map(({ name, content }) => ({ name, content: sha256(content) }));
  const hash = hashOf({ ...(words as unknown as JsonObject), files: contents });
  return { ...program, hash };
}

/** Something that could not be offered, and why. */
export interface LeftOut {
  readonly name: string;
  readonly reason: string;
}
